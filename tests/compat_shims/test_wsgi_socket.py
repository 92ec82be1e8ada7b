"""The socket in the environ of a websocket, as an ASGI server and a WSGI handler see it."""

import asyncio
import socket

import flask
import pytest
from quart import Quart, websocket

from compat_shims import flask_app, hop, stats

simple_websocket = pytest.importorskip("simple_websocket", reason="simple-websocket is missing")
pytestmark = pytest.mark.asyncio

SCOPE = {
    "type": "websocket",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "scheme": "ws",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "root_path": "",
    "headers": [
        (b"host", b"localhost"),
        (b"sec-websocket-key", b"of the browser"),
        (b"sec-websocket-extensions", b"permessage-deflate"),
    ],
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
    "subprotocols": ["other", "shop"],
    "extensions": {},
}


@pytest.fixture
def app():
    app = Quart(__name__)
    flask_app(app)
    return app


async def talk(app, *messages):
    """Send *messages* as a server does, and return what the app sent."""
    arriving = asyncio.Queue()
    for message in ({"type": "websocket.connect"}, *messages):
        arriving.put_nowait(message)
    sent = []

    async def send(message):
        sent.append(message)
        if message["type"] == "websocket.close":  # Quart 0.23 waits for the client to leave.
            arriving.put_nowait(LEAVE)

    await asyncio.wait_for(app(dict(SCOPE), arriving.get, send), 30)
    return sent


TEXT = {"type": "websocket.receive", "bytes": None, "text": "hello"}
LEAVE = {"type": "websocket.disconnect", "code": 1001}


def handler(app):
    def register(function):
        def view():
            return function(simple_websocket.Server(flask.request.environ, subprotocols=["shop"]))

        app.websocket("/")(view)
        return function

    return register


async def test_the_handler_chooses_the_subprotocol_and_the_code_of_the_end(app):
    @handler(app)
    def view(ws):
        ws.send(ws.receive())
        ws.close(4000, "enough")

    accept, answer, close = await talk(app, TEXT)
    assert (accept["type"], accept["subprotocol"]) == ("websocket.accept", "shop")
    assert answer["text"] == "hello"
    assert (close["code"], close["reason"]) == (4000, "enough")


async def test_what_is_said_last_arrives(app):
    @handler(app)
    def view(ws):
        for number in range(50):
            ws.send(str(number))
        ws.close()

    sent = await talk(app)
    assert [message["text"] for message in sent[1:-1]] == [str(number) for number in range(50)]


async def test_a_client_that_leaves_ends_a_handler_that_talks_on(app):
    ends = []

    @handler(app)
    def view(ws):
        try:
            while True:
                ws.send("x" * 10_000)
        except (simple_websocket.ConnectionClosed, OSError) as error:
            ends.append(error)

    await talk(app, LEAVE)
    assert len(ends) == 1
    assert stats(app).leased == 0


async def test_a_socket_that_is_not_used_is_closed(app):
    sockets = []

    @app.websocket("/")
    def view():
        sockets.append(flask.request.environ["werkzeug.socket"])
        hop(websocket.accept)

    await talk(app)
    assert isinstance(sockets[0], socket.socket)
    assert sockets[0].fileno() == -1
    assert stats(app).leased == 0
