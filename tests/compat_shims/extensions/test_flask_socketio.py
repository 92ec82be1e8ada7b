"""Flask-SocketIO is a WSGI middleware; python-socketio has an asyncio server of its own."""

import json

import pytest
from migrated import extension, text
from quart import Quart

from compat_shims import flask_app

flask_socketio = extension("flask_socketio")
socketio = extension("socketio")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def received():
    return []


@pytest.fixture
def app(received):
    app = Quart(__name__)
    app.config["TESTING"] = True
    server = socketio.AsyncServer(async_mode="asgi")
    app.asgi_app = socketio.ASGIApp(server, app.asgi_app)

    @server.on("order")
    async def order(sid, book):
        async with app.app_context():
            received.append((flask_app(app).name, book))
            await server.emit("sold", book, to=sid)

    @app.get("/")
    async def index():
        return "index"

    return app


async def open_session(client):
    """Do what a Socket.IO client does first."""
    answer = await text(await client.get("/socket.io/?EIO=4&transport=polling"))
    address = f"/socket.io/?EIO=4&transport=polling&sid={json.loads(answer[1:])['sid']}"
    await send(client, address, "40")
    await client.get(address)
    return address


async def send(client, address, packet):
    await client.post(address, data=packet, headers={"Content-Length": str(len(packet))})


async def test_the_asyncio_server_stands_before_the_app(client, received):
    address = await open_session(client)
    await send(client, address, '42["order","one"]')
    assert await text(await client.get(address)) == '42["sold","one"]'
    assert received == [(__name__, "one")]


async def test_what_is_not_socketio_is_the_apps(client):
    assert await text(await client.get("/")) == "index"
