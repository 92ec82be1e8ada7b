"""Streams that became async: sent as under Flask, with nothing that waits on the event loop."""

import textwrap
import threading

import pytest
from serving import messages, migrated

HEAD = """
    import json
    import queue
    import sqlite3
    import threading
    import time

    from flask import Flask, Response, g, request, session, stream_with_context

    app = Flask(__name__)
    app.secret_key = "x"
    threads = set()


    def pause():
        threads.add(threading.get_ident())
        time.sleep(0)

"""


def states(report):
    return {it.verdict.function.name: it.verdict.state.value for it in report.functions}


async def text(module, path="/"):
    answer = await module.app.test_client().get(path)
    assert answer.status_code == 200
    return (await answer.get_data()).decode()


@pytest.mark.asyncio
async def test_events_of_a_queue(tmp_path):
    module, report = migrated(
        tmp_path,
        HEAD
        + """
    events = queue.Queue()


    @app.route("/")
    def index():
        def listen():
            while True:
                event = events.get()
                if event is None:
                    break
                yield f"data: {json.dumps(event)}\\n\\n"

        return Response(listen(), mimetype="text/event-stream")
""",
    )
    assert messages(report) == []
    for event in (1, "two", None):
        module.events.put(event)
    assert await text(module) == 'data: 1\n\ndata: "two"\n\n'
    assert module.app.config["RESPONSE_TIMEOUT"] is None
    assert states(report)["index.listen"] == "async"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "handed",
    [
        "stream_with_context(generate(2))",
        "stream_with_context(generate(last=2))",
        "stream_with_context(generate(*[2]))",
        "stream_with_context(generate)(2)",
    ],
)
async def test_a_stream_keeps_its_request(tmp_path, handed):
    source = f"""
    @app.route("/<name>")
    def index(name):
        g.name = name
        session["name"] = name

        def generate(last):
            for number in range(last):
                pause()
                yield f"{{number}}{{g.name}}{{session['name']}}{{request.path}} "

        return app.response_class({handed})
"""
    module, report = migrated(tmp_path, HEAD + source)
    assert states(report)["index.generate"] == "async"
    assert await text(module, "/Ada") == "0AdaAda/Ada 1AdaAda/Ada "
    assert threading.get_ident() not in module.threads


@pytest.mark.asyncio
async def test_a_stream_in_a_decorated_function(tmp_path):
    source = """
    @app.route("/")
    def index():
        @stream_with_context
        def generate():
            for number in range(2):
                pause()
                yield f"{number}{request.path}"

        return Response(generate())
"""
    module, report = migrated(tmp_path, HEAD + source)
    assert states(report)["index.generate"] == "async"
    assert await text(module) == "0/1/"


@pytest.mark.asyncio
async def test_a_generator_with_other_readers(tmp_path):
    source = """
    def numbers(last):
        for number in range(last):
            pause()
            yield str(number)


    def more():
        yield "start "
        yield from numbers(2)


    @app.route("/stream")
    def stream():
        found = more()
        return Response(found)


    @app.route("/")
    def index():
        ones = [it + "," for it in numbers(2)]
        for number in numbers(3):
            ones.append(number)
        return "".join(ones) + next(numbers(1)) + "".join(it for it in numbers(2))
"""
    module, report = migrated(tmp_path, HEAD + source)
    assert states(report) == {
        "pause": "sync",
        "numbers": "async",
        "more": "async",
        "stream": "sync",
        "index": "async",
    }
    assert await text(module) == "0,1,012001"
    assert await text(module, "/stream") == "start 01"
    assert threading.get_ident() not in module.threads


@pytest.mark.asyncio
@pytest.mark.parametrize("returned", ["numbers()", "numbers(), 200", "numbers(), {'X-A': 'b'}"])
async def test_a_view_that_returns_a_generator(tmp_path, returned):
    source = f"""
    def numbers():
        for number in range(2):
            pause()
            yield str(number)


    @app.route("/")
    def index():
        return {returned}
"""
    module, report = migrated(tmp_path, HEAD + source)
    assert states(report) == {"pause": "sync", "numbers": "async", "index": "sync"}
    assert await text(module) == "01"


@pytest.mark.asyncio
async def test_what_a_library_gives_item_by_item(tmp_path):
    (tmp_path / "lines").write_text("a\nb\n")
    source = f"""
    def lines():
        with open({str(tmp_path / "lines")!r}) as file:
            for line in file:
                threads.add(threading.get_ident())
                yield line.upper()


    def again():
        yield "again "
        with open({str(tmp_path / "lines")!r}) as file:
            yield from file


    @app.route("/")
    def index():
        return Response(lines())


    @app.route("/again")
    def more():
        return Response(again())
"""
    module, report = migrated(tmp_path, HEAD + source)
    assert states(report)["lines"] == "async"
    assert states(report)["again"] == "async"
    assert await text(module) == "A\nB\n"
    assert await text(module, "/again") == "again a\nb\n"
    code = (tmp_path / "app.py").read_text()
    assert "async for line in offload_iter(file):" in code
    assert "async for item in offload_iter(file):" in code


STAYS = {
    "a library reads it": "import csv\ncsv.writer(None).writerows(generate())",
    "it is kept": "kept = [generate()]",
    "it is sent values": "sent = generate()\nsent.send(None)",
    "a property reads it": "class A:\n    def __len__(self):\n        return len(list(generate()))",
    "a thread runs it": "threading.Thread(target=lambda: list(generate())).start()",
    "a module reads it": "list(generate())",
}
FORMS = {
    "it returns": "return 1",
    "it is told that it ends": "try:\n    pause()\nexcept GeneratorExit:\n    pass",
    "it takes what it is sent": "sent = yield 'x'",
    "what it iterates over may wait": "for item in source:\n    yield item",
    "what it calls may wait": "source.get()",
    "what it enters may wait": "with source:\n    yield 'x'",
    "what the app keeps may wait": "app.extensions['x'].queue.get()\napp.source.get()",
    "what it leaves may wait": "with Item():\n    yield 'x'",
    "what a library gives it to enter may wait": "with transaction():\n    yield 'x'",
    "its request is over": "yield request.path",
    "it works with what belongs to a thread": "sqlite3.connect('x').execute('SELECT 1')",
}


def stays(tmp_path, beside, inside):
    """The states of an app with a stream, code beside it, and code in it."""
    source = f"""\
        from somewhere import transaction


        class Item:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                self.file.close()


        def generate(source=None):
            for number in range(2):
                pause()
                yield str(number)
            if threads:
{textwrap.indent(inside, " " * 16)}


{textwrap.indent(beside, " " * 8)}


        @app.route("/")
        def index():
            return Response(generate())
"""
    code = textwrap.dedent(HEAD) + textwrap.dedent(source)
    _, report = migrated(tmp_path, code, imports=False)
    return states(report)


@pytest.mark.parametrize("use", STAYS)
def test_a_generator_that_may_be_read_without_await_stays(tmp_path, use):
    assert stays(tmp_path, STAYS[use], "pass")["generate"] == "sync"


@pytest.mark.parametrize("form", FORMS)
def test_a_generator_that_cannot_be_async_stays(tmp_path, form):
    assert stays(tmp_path, "", FORMS[form])["generate"] == "sync"


def test_the_same_without_all_that_is_async(tmp_path):
    assert stays(tmp_path, "", "pass")["generate"] == "async"


KEPT = {
    "the maker stays Flask code": (
        "Response(stream_with_context(generate()), headers={'x': request.environ['PATH_INFO']})",
        "pause()\nyield 'x'",
    ),
    "its request is not kept": ("Response(generate())", "yield render_template_string('x')"),
    "the context has another g": (
        "Response(stream_with_context(generate()))",
        "yield g.name + render_template_string('x')",
    ),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("why", KEPT)
async def test_a_stream_that_would_not_work_stays_flask_code(tmp_path, why):
    handed, inside = KEPT[why]
    source = f"""\
        from flask import render_template_string


        @app.route("/")
        def index():
            g.name = ""

            def generate():
                for number in range(2):
{textwrap.indent(inside, " " * 20)}

            return {handed}
"""
    module, report = migrated(tmp_path, textwrap.dedent(HEAD) + textwrap.dedent(source))
    assert states(report)["index.generate"] in {"sync", "bridged"}
    assert await text(module) == "xx"


@pytest.mark.asyncio
async def test_what_tears_a_request_down_runs_once(tmp_path):
    source = """
    torn = []
    app.teardown_request(lambda error: torn.append("down"))


    @app.route("/")
    def index():
        def generate():
            for number in range(2):
                time.sleep(0)
                yield f"{len(torn)}{request.path}"

        return Response(stream_with_context(generate()))
"""
    module, _ = migrated(tmp_path, HEAD + source, "time=asyncio")
    assert await text(module) == "0/0/"
    assert module.torn == ["down"]


@pytest.mark.asyncio
async def test_a_sleep_that_is_awaited_holds_no_thread(tmp_path):
    source = """
    @app.route("/")
    def index():
        def ticks():
            for number in range(2):
                yield f"data: {number}\\n\\n"
                time.sleep(0.01)

        return Response(ticks(), mimetype="text/event-stream")
"""
    module, report = migrated(tmp_path, HEAD + source, "time=asyncio")
    assert messages(report) == []
    text_of_app = (tmp_path / "app.py").read_text()
    assert "await asyncio.sleep(0.01)" in text_of_app
    assert "compat_shims" not in text_of_app
    assert module.app.config["RESPONSE_TIMEOUT"] is None
    assert await text(module) == "data: 0\n\ndata: 1\n\n"
