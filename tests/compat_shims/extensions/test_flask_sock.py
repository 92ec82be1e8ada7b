"""Flask-Sock: its handlers, which own their socket, beside Quart's own websockets."""

import asyncio
import threading
import time

import flask
import pytest
from migrated import extension, on_loop
from quart import Quart, g, request, session, websocket
from quart.testing import WebsocketResponseError

from compat_shims import flask_app, hop, offload, stats

flask_sock = extension("flask_sock")
simple_websocket = extension("simple_websocket")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def gone():
    """Set when a handler has noticed that its client went away."""
    return threading.Event()


@pytest.fixture
def app(gone):
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    sock = flask_sock.Sock(flask_app(app))
    add_handlers(sock, gone)
    add_hooks(app)
    add_quart_websockets(app)

    @app.post("/login/<name>")
    async def login(name):
        session["name"] = name
        return "", 204

    return app


def add_handlers(sock, gone):
    @sock.route("/echo")
    def echo(ws):
        try:
            while True:
                ws.send(ws.receive())
        except simple_websocket.ConnectionClosed:
            gone.set()
            raise

    @sock.route("/greet/<word>")
    def greet(ws, word):
        name = flask.session.get("name")
        ws.send(f"{word} {name} {flask.request.path} {on_loop()}")

    @sock.route("/seen")
    def seen(ws):
        ws.send(" ".join([*flask.g.seen, request.path, request.args.get("q", "")]))

    @sock.route("/broken")
    def broken(ws):
        ws.send("hello")
        raise LookupError("lost")


def add_hooks(app):
    app.seen = []

    @app.before_request
    def before():
        g.seen = ["before"]
        return ("", 401) if request.args.get("q") == "stranger" else None

    @app.after_request
    def after(response):
        app.seen.append("after")
        return response

    @app.teardown_request
    def teardown(error):
        app.seen.append(f"teardown {error!r}")


def add_quart_websockets(app):
    @app.websocket("/async")
    async def async_():
        await websocket.send(await offload(answer, await websocket.receive()))

    @app.websocket("/sync")
    def sync():
        hop(websocket.send, answer(hop(websocket.receive)))


def wait_for(condition):
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)


def answer(message):
    return f"{message} at {flask.request.path}"


async def test_messages_go_both_ways(client):
    async with client.websocket("/echo") as socket:
        for message in ("hello", b"bytes", "ä" * 200_000, ""):
            await socket.send(message)
            assert await socket.receive() == message


async def test_a_handler_has_the_session_and_the_request(client):
    await client.post("/login/ada")
    async with client.websocket("/greet/hello") as socket:
        assert await socket.receive() == "hello ada /greet/hello False"


async def test_a_client_that_goes_away_gives_the_thread_back(app, client, gone):
    async with client.websocket("/echo") as socket:
        await socket.send("hello")
        await socket.receive()
        assert stats(app).leased == 1
        await socket.disconnect()
    assert await asyncio.to_thread(gone.wait, 10)
    assert stats(app).leased == 0


async def test_many_at_the_same_time(app):
    async def talk(number):
        async with app.test_client().websocket("/echo") as socket:
            await socket.send(str(number))
            return await socket.receive()

    assert await asyncio.gather(*map(talk, range(20))) == [str(number) for number in range(20)]


async def test_a_handler_is_a_view_to_hooks_and_has_the_request_of_both_frameworks(app, client):
    async with client.websocket("/seen?q=1") as socket:
        assert await socket.receive() == "before /seen 1"
    await asyncio.to_thread(wait_for, lambda: len(app.seen) == 2)
    assert app.seen == ["after", "teardown None"]


async def test_a_hook_can_refuse_a_websocket(client):
    with pytest.raises(WebsocketResponseError) as refused:
        async with client.websocket("/seen?q=stranger") as socket:
            await socket.receive()
    assert refused.value.response.status_code == 401


async def test_an_error_in_a_handler_reaches_the_teardown_functions(app, client):
    app.config["TESTING"] = False
    async with client.websocket("/broken") as socket:
        assert await socket.receive() == "hello"
        await asyncio.to_thread(wait_for, lambda: len(app.seen) == 2)
    assert app.seen == ["after", "teardown LookupError('lost')"]


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_quarts_own_websockets_are_no_requests(app, client, path):
    async with client.websocket(f"{path}?q=stranger") as socket:
        await socket.send("hello")
        await socket.receive()
    assert app.seen == []


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_quart_has_websockets_of_its_own(client, path):
    async with client.websocket(path) as socket:
        await socket.send("hello")
        assert await socket.receive() == f"hello at {path}"
