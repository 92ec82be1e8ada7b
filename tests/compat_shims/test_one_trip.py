"""Hooks, a synchronous view and teardown functions share one trip, and the lease ends with it."""

import asyncio
import threading
import time
from contextlib import suppress

import flask
import pytest
import quart
from quart.testing import QuartClient
from werkzeug.middleware.proxy_fix import ProxyFix

from compat_shims import Options, flask_app, hop, mount, offload, stats
from compat_shims.lane import Lane

pytestmark = pytest.mark.asyncio


@pytest.fixture
def steps(app):
    """What ran, in order, each with its thread; the view answers at ``/``."""
    ran = []

    def note(name):
        ran.append((name, threading.get_ident()))

    app.before_request(lambda: note("before"))
    app.add_url_rule("/", "view", lambda: note("view") or "x")
    app.after_request(lambda response: note("after") or response)
    app.teardown_request(lambda _: note("teardown of the request"))
    app.teardown_appcontext(lambda _: note("teardown of the app context"))
    return ran


def names(steps):
    return [name for name, _ in steps]


async def test_all_of_a_sync_view_is_one_trip(app, exchange, steps):
    assert (await exchange().run()).text == "x"
    assert names(steps) == [
        "before",
        "view",
        "after",
        "teardown of the request",
        "teardown of the app context",
    ]
    assert len({thread for _, thread in steps}) == 1
    assert stats(app).jobs == stats(app).leases == 1


async def test_async_teardown_functions_make_a_trip_of_their_own(app, exchange, steps):
    @app.teardown_request
    async def teardown(_):
        steps.append((flask.request.path, threading.get_ident()))

    await exchange().run()
    assert names(steps)[3:] == ["/", "teardown of the request", "teardown of the app context"]
    assert steps[3][1] == threading.get_ident()
    assert len({thread for _, thread in steps}) == 2
    assert (stats(app).jobs, stats(app).leases, stats(app).hops) == (2, 1, 1)


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_client_that_leaves_in_the_teardown_ends_one_function_at_most(app, exchange, kind):
    request = exchange()
    ran = []
    app.teardown_appcontext(lambda _: ran.append("app"))
    app.teardown_request(lambda _: ran.append("sync"))

    @app.teardown_request
    async def leave(_):
        request.gone.set()
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            ran.append("cut short")
            raise

    async def asynchronous():
        return "x"

    app.add_url_rule("/", "view", asynchronous if kind == "async" else lambda: "x")
    await request.run()
    assert ran == ["cut short", "sync", "app"]
    assert request.sent == []


async def test_so_it_is_with_async_teardown_functions_alone(app, exchange):
    request = exchange()
    ran = []

    @app.teardown_request
    async def last(_):
        ran.append("last")

    @app.teardown_request
    async def leave(_):
        request.gone.set()
        await asyncio.sleep(5)
        ran.append("first")

    @app.route("/")
    async def view():
        return "x"

    await request.run()
    assert ran == ["last"]


@pytest.mark.parametrize("sync_too", [True, False])
async def test_async_teardown_functions_run_in_the_task_of_the_request(app, exchange, sync_too):
    """SQLAlchemy's documentation scopes an `async_scoped_session` by the current task."""
    tasks = []
    if sync_too:
        app.teardown_request(lambda _: None)

    @app.teardown_request
    async def teardown(_):
        tasks.append(asyncio.current_task())

    @app.route("/")
    async def view():
        tasks.append(asyncio.current_task())
        return "x"

    await exchange().run()
    assert tasks[0] is tasks[1]


async def test_a_client_that_leaves_while_the_teardown_waits_for_a_thread(exchange, app):
    app.bridge.pool.options = Options(max_threads=1)
    finish = threading.Event()
    ran = []
    app.teardown_request(lambda error: ran.append(type(error).__name__))

    @app.route("/")
    async def view():
        return "x"

    holder = Lane(app.bridge.pool)
    holding = asyncio.create_task(holder.run(lambda: finish.wait(5)))
    await asyncio.sleep(0.01)
    request = exchange()
    requested = asyncio.create_task(request.run())
    await asyncio.sleep(0.01)
    assert stats(app).waiting == 1
    request.gone.set()
    await asyncio.sleep(0.01)
    finish.set()
    await holding
    holder.close()
    await requested
    assert ran == ["NoneType"]


async def test_the_teardown_comes_before_the_response_is_sent(app, exchange, steps):
    request = exchange()
    send = request.send

    async def noting(message):
        steps.append((message["type"], 0))
        await send(message)

    request.send = noting
    await request.run()
    assert names(steps)[4:6] == ["teardown of the app context", "http.response.start"]


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_an_error_of_a_teardown_function_leaves_the_app_however_the_view_runs(
    app, exchange, kind
):
    torn_down = []

    @app.teardown_appcontext
    def breaks(_):
        torn_down.append("app")
        raise KeyError("teardown")

    async def asynchronous():
        return "x"

    app.add_url_rule("/", "view", asynchronous if kind == "async" else lambda: "x")
    request = exchange()
    with suppress(KeyError, ExceptionGroup):  # Some versions of Quart let the server answer.
        await request.run()
    assert not request.sent or request.status == 500
    assert torn_down == ["app"]
    assert stats(app).leased == 0


async def test_a_context_opened_by_hand_is_torn_down_when_it_is_left(app, steps):
    async with app.test_request_context("/") as context:
        response = await app.full_dispatch_request(context)
        assert await response.get_data() == b"x"
        assert names(steps) == ["before", "view", "after"]
        assert stats(app).leased == 1
    assert names(steps)[3:] == ["teardown of the request", "teardown of the app context"]


async def test_a_small_file_is_read_in_that_trip(app, exchange, tmp_path):
    (tmp_path / "a.txt").write_text("small")
    opened = []

    @app.route("/")
    def view():
        response = flask.send_file("a.txt")
        opened.append(response.response.file)
        return response

    assert (await exchange().run()).text == "small"
    assert (await exchange(method="HEAD").run()).headers["Content-Length"] == "5"
    assert [file.closed for file in opened] == [True, True]
    assert stats(app).jobs == 2


async def test_a_large_file_is_a_stream(app, exchange, tmp_path):
    (tmp_path / "a.txt").write_bytes(bytes(2**20))
    app.add_url_rule("/", "view", lambda: flask.send_file("a.txt"))
    answer = await exchange().run()
    assert len(b"".join(answer.chunks)) == 2**20
    assert len(answer.chunks) > 1


async def test_a_short_stream_is_sent_as_it_is_made_in_the_lane(app, exchange):
    threads = []

    def chunks():
        for chunk in ("x", "y"):
            threads.append(threading.get_ident())
            yield chunk

    @app.route("/")
    async def view():
        return flask.Response(chunks(), headers={"Content-Length": "2"})

    answer = await exchange().run()
    assert answer.chunks == [b"x", b"y"]
    assert len(set(threads)) == 1
    assert threading.get_ident() not in threads


async def test_a_mounted_stream_is_sent_as_it_is_made(app, exchange):
    old = flask.Flask("old")

    @old.route("/")
    def view():
        return flask.Response(iter(["x", "y"]), headers={"Content-Length": "2"})

    mount(app, "/old", old)
    assert (await exchange("/old/").run()).chunks == [b"x", b"y"]


class FailingAtItsEnd:
    def __init__(self):
        self.chunks = iter([b"x"])
        self.is_closed = False

    def __iter__(self):
        return self

    def __next__(self):
        for chunk in self.chunks:
            return chunk
        raise KeyError("y")

    def close(self):
        self.is_closed = True


async def test_an_error_after_the_only_chunk_of_a_mounted_app_is_a_500_and_closes_it(app, exchange):
    app.testing = False
    body = FailingAtItsEnd()

    def old(_environ, start_response):
        start_response("200 OK", [("Content-Length", "1")])
        return body

    mount(app, "/old", old)
    assert (await exchange("/old/").run()).status == 500
    assert body.is_closed


async def test_a_mounted_app_answers_in_one_trip(app, exchange):
    old = flask.Flask("old")
    old.add_url_rule("/", "view", lambda: "old")
    mount(app, "/old", old)
    ran = []
    app.teardown_request(lambda _: ran.append(threading.get_ident()))
    assert (await exchange("/old/").run()).text == "old"
    assert stats(app).jobs == len(ran) == 1


async def test_middleware_adds_one_trip_and_closes_the_response(app, companion, exchange):
    ran = []

    @app.route("/")
    def view():
        response = flask.make_response("x")
        response.call_on_close(lambda: ran.append("closed"))
        return response

    app.teardown_request(lambda _: ran.append("torn down"))
    companion.wsgi_app = ProxyFix(companion.wsgi_app)
    assert (await exchange().run()).text == "x"
    assert ran == ["torn down", "closed"]
    assert stats(app).jobs == 2


async def test_the_sessions_cookie_is_written_before_the_teardown(app, exchange):
    @app.route("/")
    def view():
        flask.session["n"] = 1
        return "x"

    @app.teardown_request
    def teardown(_):
        flask.session["n"] = 2
        flask.g.x = "unseen"

    answer = await exchange().run()
    assert len(answer.headers.getlist("Set-Cookie")) == 1


async def test_a_receiver_of_appcontext_popped_runs_in_the_same_thread(app, companion, steps):
    def note(_):
        steps.append(("popped", threading.get_ident()))

    with flask.appcontext_popped.connected_to(note, companion):
        await QuartClient(app).get("/")
    assert names(steps)[-1] == "popped"
    assert len({thread for _, thread in steps}) == 1


async def test_a_task_that_a_view_started_keeps_the_lane_until_its_job_is_done(app, client):
    started, finish = threading.Event(), threading.Event()
    ended = []

    def work():
        started.set()
        finish.wait(5)
        ended.append((flask.request.path, threading.get_ident()))

    async def begin():
        app.task = asyncio.create_task(offload(work))
        await asyncio.sleep(0)

    @app.route("/")
    def view():
        hop(begin)
        return str(threading.get_ident())

    requested = asyncio.create_task(client.get("/"))
    await asyncio.to_thread(started.wait, 5)
    assert stats(app).leased == 1
    finish.set()
    response = await requested
    await app.task
    assert ended == [("/", int(await response.get_data()))]
    assert stats(app).leased == 0


async def test_a_thread_goes_to_the_next_request_while_the_loop_is_busy():
    app = quart.Quart("small")
    flask_app(app, Options(max_threads=1))
    begun = []

    @app.route("/")
    def view():
        begun.append(time.perf_counter())
        time.sleep(0.02)
        return "x"

    client = QuartClient(app)
    requests = [asyncio.create_task(client.get("/")) for _ in range(3)]
    while not begun:  # noqa: ASYNC110  threads tell no event
        await asyncio.sleep(0.001)
    time.sleep(0.2)  # noqa: ASYNC251  to keep the loop busy is the purpose
    free = time.perf_counter()
    assert {(await request).status_code for request in requests} == {200}
    assert len(begun) == 3
    assert max(begun) < free
    assert stats(app).leases == 3
    app.bridge.pool.stop_idle_threads()
