"""Async functions under synchronous decorators, and Flask's ways of calling them."""

import asyncio
import functools
import threading

import flask
import flask.views
import pytest
import quart
import quart.views

from compat_shims import as_sync, flask_response, offload, uncut
from compat_shims.lane import in_lane

pytestmark = pytest.mark.asyncio


def opaque(view):
    """Look at the result, as a cache does."""

    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        assert in_lane()
        try:
            result = view(*args, **kwargs)
        except KeyError:
            return "caught", 418
        response = flask.make_response(result)
        response.set_data(response.get_data().upper())
        return response

    return wrapper


async def test_a_decorator_sees_the_result_of_an_async_view(app, client):
    @app.route("/<n>")
    @opaque
    @as_sync
    async def view(n):
        assert not in_lane()
        await asyncio.sleep(0)
        return f"text {n} {quart.request.path}"

    assert await (await client.get("/a")).get_data() == b"TEXT A /A"


async def test_a_decorator_catches_what_an_async_view_raises(app, client):
    @app.route("/")
    @opaque
    @as_sync
    async def view():
        raise KeyError("x")

    assert (await client.get("/")).status_code == 418


async def test_a_response_of_quart_is_shown_as_flasks(app, client):
    @app.route("/")
    @opaque
    @as_sync
    async def view():
        return await quart.make_response("x", 201, {"X-A": "1"})

    response = await client.get("/")
    assert (response.status_code, response.headers["X-A"]) == (201, "1")
    assert await response.get_data() == b"X"


async def test_a_stream_of_quart_under_a_decorator(app, client):
    @app.route("/")
    @opaque
    @as_sync
    async def view():
        async def chunks():
            yield "a"
            yield b"b"

        return quart.Response(chunks())

    assert await (await client.get("/")).get_data() == b"AB"


async def test_nested_offloads_of_a_decorated_view_share_its_thread(app, client):
    @app.route("/")
    @opaque
    @as_sync
    async def view():
        threads = await asyncio.gather(*(offload(threading.get_ident) for _ in range(3)))
        return str(len(set(threads)))

    assert await (await client.get("/")).get_data() == b"1"


async def test_what_is_called_uncut_ends_although_the_client_has_gone(app, exchange):
    done, started = [], asyncio.Event()

    async def notify():
        started.set()
        await asyncio.sleep(0.05)
        done.append(quart.request.path)

    @app.route("/")
    async def view():
        def save():
            uncut(notify)()
            uncut(notify)()
            done.append("saved")

        await offload(save)
        done.append("answered")

    request = exchange("/")
    task = asyncio.create_task(request.run())
    await started.wait()
    request.gone.set()
    await asyncio.wait([task])
    assert done == ["/", "/", "saved"]


async def test_a_body_that_will_not_come_any_more_is_not_waited_for_uncut(app, exchange):
    raised, started = [], asyncio.Event()

    async def read():
        started.set()
        return await quart.request.get_data()

    @app.route("/", methods=["POST"])
    def view():
        try:
            uncut(read)()
        except Exception as error:
            raised.append(type(error).__name__)
            raise

    request = exchange("/", method="POST")
    request.receive = first_part_of_a_body(request.gone)
    task = asyncio.create_task(request.run())
    await started.wait()
    await asyncio.sleep(0.02)
    request.gone.set()
    await asyncio.wait_for(task, 5)
    assert raised[0].startswith("ClientDisconnected")


def first_part_of_a_body(gone):
    """Return what receives the first part of a body, and no more."""
    messages = [{"type": "http.request", "body": b"a", "more_body": True}]

    async def receive():
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


async def test_on_the_loop_the_caller_gets_the_coroutine():
    async def view():
        return "x"

    assert await as_sync(view)() == "x"


async def test_without_a_loop_one_is_run():
    async def view():
        await asyncio.sleep(0)
        return "x"

    assert await asyncio.to_thread(as_sync(view)) == "x"


async def test_a_synchronous_function_is_returned_as_it_is():
    def view():
        return "x"

    assert as_sync(view) is view


async def test_ensure_sync_of_both_current_apps(app, client):
    async def asynchronous():
        return in_lane()

    @app.route("/")
    def view():
        return [
            flask.current_app.ensure_sync(asynchronous)(),
            quart.current_app.ensure_sync(asynchronous)(),
            flask.current_app.ensure_sync(in_lane)(),
            flask.current_app.async_to_sync(asynchronous)(),
        ]

    assert await (await client.get("/")).get_json() == [False, False, True, False]


async def test_method_views_of_both_frameworks(app, client):
    class Sync(flask.views.MethodView):
        decorators = (opaque,)

        def get(self):
            return f"get {flask.request.path}"

    class Mixed(flask.views.MethodView):
        async def get(self):
            return f"get {in_lane()}"

        def post(self):
            return f"post {in_lane()}"

    class Async(quart.views.MethodView):
        async def get(self):
            return f"get {in_lane()}"

    app.add_url_rule("/sync", view_func=Sync.as_view("sync"))
    app.add_url_rule("/mixed", view_func=Mixed.as_view("mixed"))
    app.add_url_rule("/async", view_func=Async.as_view("async"))
    assert await (await client.get("/sync")).get_data() == b"GET /SYNC"
    assert await (await client.get("/mixed")).get_data() == b"get False"
    assert await (await client.post("/mixed")).get_data() == b"post True"
    assert await (await client.get("/async")).get_data() == b"get False"


async def test_callable_objects_and_partials_as_views(app, client):
    class View:
        async def __call__(self):
            return f"object {in_lane()}"

    async def asynchronous(n):
        return f"partial {n} {in_lane()}"

    app.add_url_rule("/object", "object", View())
    app.add_url_rule("/partial", "partial", functools.partial(asynchronous, 1))
    assert await (await client.get("/object")).get_data() == b"object False"
    assert await (await client.get("/partial")).get_data() == b"partial 1 False"


async def test_a_synchronous_function_gives_a_library_flasks_response(app, client):
    seen = []

    def library(view):
        @functools.wraps(view)
        def wrapper():
            seen.append(view())
            return seen[-1]

        return wrapper

    @app.route("/one", endpoint="one")
    @library
    @flask_response
    def one():
        return quart.jsonify(a=1)

    @app.route("/pair", endpoint="pair")
    @library
    @flask_response
    def pair():
        return quart.Response("text"), 201

    assert await (await client.get("/one")).get_json() == {"a": 1}
    assert (await client.get("/pair")).status_code == 201
    assert isinstance(seen[0], flask.Response)
    assert isinstance(seen[1][0], flask.Response)
