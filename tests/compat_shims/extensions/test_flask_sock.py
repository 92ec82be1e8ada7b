"""Flask-Sock: its handlers, which own their socket, beside Quart's own websockets."""

import asyncio
import threading

import flask
import pytest
from migrated import extension, on_loop
from quart import Quart, session, websocket

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


def add_quart_websockets(app):
    @app.websocket("/async")
    async def async_():
        await websocket.send(await offload(answer, await websocket.receive()))

    @app.websocket("/sync")
    def sync():
        hop(websocket.send, answer(hop(websocket.receive)))


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


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_quart_has_websockets_of_its_own(client, path):
    async with client.websocket(path) as socket:
        await socket.send("hello")
        assert await socket.receive() == f"hello at {path}"
