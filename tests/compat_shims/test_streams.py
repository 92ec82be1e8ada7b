"""Streams: iterated in one thread, with the contexts open, closed in every case."""

import asyncio
import io
import tempfile
import threading

import flask
import pytest
import quart

from compat_shims import offload
from compat_shims.lane import in_lane

pytestmark = pytest.mark.asyncio


@pytest.fixture
def order(app):
    order = []
    app.teardown_request(lambda error: order.append("teardown"))
    return order


async def test_a_sync_stream_with_context(app, exchange, order):
    threads = set()

    @app.route("/")
    def view():
        flask.g.x = "x"

        def chunks():
            for n in range(3):
                threads.add(threading.get_ident())
                yield f"{n}{flask.g.x}{flask.request.path} "
            order.append("exhausted")

        return flask.Response(flask.stream_with_context(chunks()))

    answer = await exchange("/").run()
    assert answer.chunks == [b"0x/ ", b"1x/ ", b"2x/ "]
    assert order == ["exhausted", "teardown"]
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_the_last_message_waits_for_the_teardown(app, exchange, order):
    """A server answers it with a disconnect, and Quart then cancels the request."""

    @app.route("/")
    def view():
        return flask.Response(str(n) for n in range(2))

    request = exchange("/")
    send = request.send

    async def recording(message):
        if message["type"] == "http.response.body" and not message.get("more_body"):
            order.append("last message")
        await send(message)

    request.send = recording
    await request.run()
    assert order == ["teardown", "last message"]


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("response", ["generator", "flask", "quart"])
async def test_generators_of_any_response_run_in_the_lane(app, exchange, kind, response):
    def chunks():
        assert in_lane()
        yield "a"
        yield "b"

    make = {
        "generator": chunks,
        "flask": lambda: flask.Response(chunks()),
        "quart": lambda: quart.Response(chunks()),
    }[response]

    async def asynchronous():
        return make()

    def synchronous():
        return make()

    app.add_url_rule("/", "view", asynchronous if kind == "async" else synchronous)
    answer = await exchange("/").run()
    assert answer.chunks == [b"a", b"b"]


async def test_a_generator_function_as_view(app, exchange):
    @app.route("/")
    def view():
        yield "a"
        yield quart.request.path

    assert (await exchange("/").run()).text == "a/"


async def test_a_client_that_goes_away_closes_the_generator(app, exchange, order):
    @app.route("/")
    def view():
        def chunks():
            try:
                while True:
                    yield "x" * 10
            finally:
                order.append("closed")

        return flask.Response(flask.stream_with_context(chunks()))

    request = exchange("/")
    send = request.send

    async def leaving(message):
        await send(message)
        if len(request.sent) == 5:
            request.gone.set()
            await asyncio.sleep(0)

    request.send = leaving
    await asyncio.wait([asyncio.create_task(request.run())])
    assert order == ["closed", "teardown"]


async def test_an_error_in_a_stream_still_tears_down(app, exchange, order):
    @app.route("/")
    def view():
        def chunks():
            yield "a"
            raise KeyError("x")

        return flask.Response(chunks())

    request = exchange("/")
    with pytest.raises((KeyError, ExceptionGroup)):
        await request.run()
    assert request.chunks == [b"a"]
    assert order == ["teardown"]


async def test_call_on_close_runs_after_the_body(app, exchange):
    closed = []

    @app.route("/")
    def view():
        response = flask.Response("x")
        response.call_on_close(lambda: closed.append(in_lane()))
        return response

    assert (await exchange("/").run()).text == "x"
    assert closed == [True]


@pytest.mark.parametrize("kind", ["text", "stream", "file"])
async def test_call_on_close_of_a_hook_runs_after_an_async_answer(app, exchange, tmp_path, kind):
    (tmp_path / "file.txt").write_bytes(b"file")
    order = []

    @app.route("/")
    async def view():
        async def chunks():
            yield "str"
            order.append("sent")
            yield "eam"

        if kind == "file":
            return await quart.send_file(tmp_path / "file.txt")
        return kind if kind == "text" else quart.Response(chunks())

    @app.after_request
    def first(response):
        response.call_on_close(lambda: order.append(in_lane()))
        return response

    @app.after_request
    def second(response):
        response.call_on_close(lambda: order.append("second"))
        return response

    assert (await exchange("/").run()).text == kind
    assert sorted(map(str, order[-2:])) == ["True", "second"]
    assert order[:-2] == (["sent"] if kind == "stream" else [])


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_file(app, exchange, tmp_path, kind):
    (tmp_path / "file.txt").write_bytes(b"0123456789" * 20_000)

    async def asynchronous():
        return flask.send_file("file.txt")

    app.add_url_rule(
        "/", "view", asynchronous if kind == "async" else lambda: flask.send_file("file.txt")
    )
    answer = await exchange("/").run()
    assert len(answer.text) == 200_000
    assert len(answer.chunks) < 5
    assert answer.headers["Content-Length"] == "200000"
    assert answer.headers["Cache-Control"] == "no-cache"
    part = await exchange("/", headers=[("Range", "bytes=3-5")]).run()
    assert (part.status, part.text) == (206, "345")
    etag = answer.headers["ETag"]
    assert (await exchange("/", headers=[("If-None-Match", etag)]).run()).status == 304
    assert (await exchange("/", "HEAD").run()).text == ""


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_file_objects(app, exchange, tmp_path, kind):
    (tmp_path / "file.txt").write_text("file")
    files = {
        "/bytes": lambda: io.BytesIO(b"file"),
        "/open": lambda: (tmp_path / "file.txt").open("rb"),
        "/temporary": tempfile.TemporaryFile,
    }

    def synchronous():
        file = files[flask.request.path]()
        return flask.send_file(file, download_name="f.txt", as_attachment=True)

    async def asynchronous():
        return await offload(synchronous)

    for path in files:
        app.add_url_rule(path, path, asynchronous if kind == "async" else synchronous)
    for path in files:
        answer = await exchange(path).run()
        assert answer.text == ("" if path == "/temporary" else "file")
        assert answer.headers["Content-Disposition"] == "attachment; filename=f.txt"


async def test_send_from_directory_is_relative_to_the_app(app, exchange, tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("a")

    @app.route("/<name>")
    def view(name):
        return flask.send_from_directory("files", name)

    assert (await exchange("/a.txt").run()).text == "a"
    assert (await exchange("/b.txt").run()).status == 404


async def test_static_files_are_flasks(tmp_path):
    from compat_shims import flask_app

    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a{}")
    app = quart.Quart("shop", root_path=str(tmp_path))
    flask_app(app)
    from quart.testing import QuartClient

    response = await QuartClient(app).get("/static/a.css")
    assert await response.get_data() == b"a{}"
    assert response.headers["Cache-Control"] == "no-cache"
    app.bridge.pool.stop_idle_threads()


async def test_quarts_stream_with_context_keeps_g_and_tears_down_once(app, exchange, order):
    @app.route("/")
    async def view():
        quart.g.x = "x"

        @quart.stream_with_context
        async def chunks():
            yield quart.g.x
            await asyncio.sleep(0)
            order.append("exhausted")
            yield quart.request.path

        return chunks()

    assert (await exchange("/").run()).text == "x/"
    assert order == ["exhausted", "teardown"]


async def test_quarts_stream_with_context_has_the_session(app, exchange):
    @app.route("/")
    async def view():
        quart.session["name"] = "Ada"

        @quart.stream_with_context
        async def chunks():
            yield quart.session["name"]
            yield await offload(lambda: flask.session["name"])

        return chunks()

    assert (await exchange("/").run()).text == "AdaAda"


@pytest.mark.parametrize("more", [(), (201,), (201, {"X-A": "b"})])
async def test_a_sync_view_returns_an_async_generator(app, exchange, more):
    async def chunks():
        for n in range(2):
            yield await offload(lambda n=n: f"{n}{in_lane()} ")

    app.add_url_rule("/", "view", lambda: (chunks(), *more) if more else chunks())
    answer = await exchange("/").run()
    assert answer.chunks == [b"0True ", b"1True "]
    assert answer.status == (201 if more else 200)
