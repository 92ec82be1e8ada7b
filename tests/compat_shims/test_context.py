"""Contexts of both frameworks, pushed by either, in sync and in async code."""

import asyncio
import threading

import flask
import pytest
import quart
from quart import Quart

from compat_shims import flask_app, offload
from compat_shims.lane import in_lane


def test_the_app_context_of_the_companion_brings_quarts(app, companion):
    torn_down = []
    app.teardown_appcontext(torn_down.append)
    with companion.app_context():
        assert flask.current_app == app
        assert quart.current_app == app
        flask.g.x = 1
        assert quart.g.x == 1
    assert torn_down == [None]
    assert not flask.has_app_context()
    assert not quart.has_app_context()


def test_the_app_context_of_the_app_works_with_with(app):
    torn_down = []
    app.teardown_appcontext(torn_down.append)
    with app.app_context():
        quart.g.x = 1
        assert flask.g.x == 1
        assert flask.current_app.name == "shop"
        with app.app_context():
            assert "x" not in flask.g
    assert torn_down == [None, None]


def test_an_error_reaches_the_teardown_functions(app):
    torn_down = []
    app.teardown_appcontext(torn_down.append)
    error = KeyError("x")
    with pytest.raises(KeyError), app.app_context():
        raise error
    assert torn_down == [error]


def test_async_teardown_functions_run_in_a_sync_context(app):
    torn_down = []

    @app.teardown_appcontext
    async def teardown(error):
        await asyncio.sleep(0)
        torn_down.append(flask.current_app.name)

    with app.app_context():
        pass
    assert torn_down == ["shop"]


@pytest.mark.asyncio
async def test_the_app_context_of_the_app_works_with_async_with(app):
    torn_down = []
    app.teardown_appcontext(lambda error: torn_down.append((error, in_lane())))
    async with app.app_context():
        quart.g.x = 1
        assert flask.g.x == 1
        assert flask.current_app == quart.current_app
        thread = await offload(threading.get_ident)
        assert await offload(threading.get_ident) == thread
        assert await offload(lambda: flask.g.x) == 1
    assert torn_down == [(None, True)]
    assert not flask.has_app_context()


@pytest.mark.asyncio
async def test_the_sync_context_works_beside_a_running_loop(app, companion):
    with companion.app_context():
        assert await offload(lambda: quart.current_app.name) == "shop"


def test_a_request_context_of_the_companion_brings_quarts(app, companion):
    @app.route("/<n>")
    def view(n):
        return n

    torn_down = []
    app.teardown_request(torn_down.append)
    with companion.test_request_context("/7?a=b", headers={"X-A": "1"}):
        assert flask.request.args["a"] == quart.request.args["a"] == "b"
        assert quart.request.view_args == {"n": "7"}
        assert quart.request.headers["X-A"] == "1"
        flask.session["n"] = 1
        assert quart.session["n"] == 1
        quart.g.y = 2
        assert flask.g.y == 2
        assert flask.url_for("view", n=1) == quart.url_for("view", n=1) == "/1"
    assert torn_down == [None]
    assert not quart.has_request_context()


@pytest.mark.asyncio
async def test_the_body_of_such_a_request_is_readable_on_both_sides(companion):
    with companion.test_request_context("/", method="POST", data={"a": "b"}):
        assert flask.request.form["a"] == "b"
        assert (await quart.request.form)["a"] == "b"


@pytest.mark.asyncio
async def test_quarts_own_test_request_context(app):
    async with app.test_request_context("/x", method="POST", form={"a": "b"}):
        assert flask.request.path == "/x"
        assert await offload(lambda: flask.request.form["a"]) == "b"


@pytest.mark.asyncio
async def test_teardown_runs_in_the_order_of_flask(app, client):
    order = []
    for n in (1, 2):
        app.teardown_request(lambda _, n=n: order.append(f"request {n}"))
        app.teardown_appcontext(lambda _, n=n: order.append(f"app {n}"))

    @app.route("/")
    async def view():
        return "x"

    await client.get("/")
    assert order == ["request 2", "request 1", "app 2", "app 1"]


@pytest.mark.asyncio
async def test_a_thread_bound_object_in_g_survives_the_whole_request(app, client):
    import sqlite3

    @app.before_request
    def connect():
        flask.g.db = sqlite3.connect(":memory:")
        flask.g.db.execute("create table t (x)")

    @app.teardown_appcontext
    def close(error):
        flask.g.db.execute("select * from t")
        flask.g.pop("db").close()

    @app.route("/sync")
    def synchronous():
        quart.g.db.execute("insert into t values (1)")
        return {"n": flask.g.db.execute("select count(*) from t").fetchone()[0]}

    @app.route("/async")
    async def asynchronous():
        await offload(quart.g.db.execute, "insert into t values (1)")
        return {"n": await offload(lambda: flask.g.db.execute("select * from t").fetchone()[0])}

    paths = ["/sync", "/async"] * 10
    responses = await asyncio.gather(*(client.get(path) for path in paths))
    assert [await response.get_json() for response in responses] == [{"n": 1}] * 20


@pytest.mark.asyncio
async def test_a_disconnect_while_the_thread_works(app, exchange):
    order = []
    started, finish = threading.Event(), threading.Event()
    app.teardown_request(lambda error: order.append(f"teardown {type(error).__name__}"))

    @app.route("/")
    def view():
        started.set()
        finish.wait(5)
        order.append("view ended")
        return "x"

    request = exchange("/")
    task = asyncio.create_task(request.run())
    await asyncio.to_thread(started.wait, 5)
    request.gone.set()
    await asyncio.sleep(0.02)
    assert order == []
    finish.set()
    await asyncio.wait([task])
    assert order == ["view ended", "teardown CancelledError"]


@pytest.mark.asyncio
async def test_a_task_that_outlives_its_request_offloads(app, client):
    done = asyncio.Event()
    results = []

    @app.route("/")
    async def view():
        await offload(int)

        async def later():
            await done.wait()
            results.append(await offload(lambda: flask.request.path))

        app.later = asyncio.create_task(later())
        return "x"

    await client.get("/")
    done.set()
    await app.later
    assert results == ["/"]


@pytest.mark.asyncio
async def test_background_tasks_have_a_lane_and_a_context(app, client):
    results = []

    def work(n):
        results.append((n, flask.current_app.name, quart.current_app.name, in_lane()))

    @app.route("/")
    async def view():
        quart.current_app.add_background_task(work, 7)
        return "x"

    async with app.test_app():
        await client.get("/")
    assert results == [(7, "shop", "shop", True)]


@pytest.mark.asyncio
async def test_serving_hooks_run_in_a_lane(app):
    results = []
    app.before_serving(lambda: results.append(flask.current_app.name))
    app.after_serving(lambda: results.append(in_lane()))
    async with app.test_app():
        pass
    assert results == ["shop", True]


@pytest.mark.asyncio
async def test_copied_contexts_share_g_and_the_session(app, client):
    results = []

    @app.route("/")
    async def view():
        quart.g.x = 1
        quart.session["n"] = 2

        @quart.copy_current_request_context
        async def copied():
            results.append((quart.g.x, flask.request.path, quart.request.path))
            results.append((quart.session["n"], flask.session["n"]))

        await asyncio.create_task(copied())
        return "x"

    await client.get("/")
    assert results == [(1, "/", "/"), (2, 2)]


@pytest.mark.asyncio
async def test_a_copied_context_in_a_thread_of_the_views_own(app, client):
    results = []

    @app.route("/")
    def view():
        @flask.copy_current_request_context
        def work():
            results.append((flask.request.path, quart.request.path, flask.session["n"]))

        flask.session["n"] = 1
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return "x"

    await client.get("/")
    assert results == [("/", "/", 1)]


@pytest.mark.asyncio
async def test_a_websocket_has_flasks_contexts(app):
    closed = []
    app.teardown_websocket(lambda error: closed.append(in_lane()))

    @app.before_websocket
    def before():
        flask.g.user = flask.request.args["user"]

    @app.websocket("/ws")
    async def ws():
        await quart.websocket.send(f"{quart.g.user} {flask.request.path}")
        await quart.websocket.send(await offload(lambda: flask.session.get("n", "none")))

    from quart.testing import QuartClient

    async with QuartClient(app).websocket("/ws?user=ann") as connection:
        assert await connection.receive() == "ann /ws"
        assert await connection.receive() == "none"
    assert closed == [True]


@pytest.mark.asyncio
async def test_a_websocket_holds_no_thread_while_it_waits(app):
    @app.before_websocket
    def before():
        flask.g.x = 1

    @app.websocket("/ws")
    async def ws():
        await quart.websocket.send(str(app.bridge.pool.leased))

    from quart.testing import QuartClient

    async with QuartClient(app).websocket("/ws") as connection:
        assert await connection.receive() == "0"


def test_two_apps_have_contexts_of_their_own(app):
    other = Quart("other")
    flask_app(other)
    with app.app_context():
        with other.app_context():
            assert flask.current_app.name == quart.current_app.name == "other"
        assert flask.current_app.name == quart.current_app.name == "shop"


@pytest.mark.asyncio
async def test_what_is_set_on_one_request_is_seen_on_the_other(app, client):
    @app.before_request
    def by_an_extension():
        flask.request.parsed = 1

    @app.before_request
    async def by_the_app():
        quart.request._user = 2

    @app.get("/flask")
    def on_flasks_side():
        assert not hasattr(flask.request, "scope"), "what Quart itself keeps there is not shown"
        return str(flask.request.parsed + flask.request._user)

    @app.get("/quart")
    async def on_quarts_side():
        assert not hasattr(quart.request, "nothing")
        return str(quart.request.parsed + quart.request._user)

    for path in ("/flask", "/quart"):
        assert await (await client.get(path)).get_data() == b"3"


def test_attributes_are_shared_in_a_pushed_request_context(app, companion):
    with companion.test_request_context("/"):
        quart.request.one = 1
        flask.request.two = 2
        assert (flask.request.one, quart.request.two) == (1, 2)
        assert isinstance(flask.request._get_current_object(), flask.Request)
