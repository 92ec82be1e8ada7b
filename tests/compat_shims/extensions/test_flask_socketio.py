"""Flask-SocketIO works by long polling; python-socketio's asyncio server has websockets, too."""

import json

import flask
import pytest
from migrated import extension, on_loop, text
from quart import Quart, session
from quart.testing import WebsocketResponseError

from compat_shims import flask_app, offload

flask_socketio = extension("flask_socketio")
socketio = extension("socketio")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def received():
    return []


def with_flask_socketio(app, received):
    server = flask_socketio.SocketIO(
        flask_app(app), async_mode="threading", async_handlers=False, monitor_clients=False
    )

    @server.on("order")
    def order(book):
        received.append((book, flask.current_app.name, flask.session["name"], on_loop()))
        flask_socketio.join_room("buyers")
        server.emit("sold", book, to="buyers")


def with_asyncio_server(app, received):
    flask_app(app)
    server = socketio.AsyncServer(async_mode="asgi", async_handlers=False)
    app.asgi_app = explicit(socketio.ASGIApp(server, app.asgi_app))

    def save(book):
        received.append((book, flask.current_app.name, "ada", on_loop()))

    @server.on("order")
    async def order(sid, book):
        async with app.app_context():
            await offload(save, book)
        await server.emit("sold", book, to=sid)


def explicit(asgi_app):
    """Say what ASGI lets one leave out, and Quart 0.23's test client wants to be told."""

    async def application(scope, receive, send):
        async def send_all(message):
            default = {"more_body": False} if message["type"] == "http.response.body" else {}
            await send(default | message)

        await asgi_app(scope, receive, send_all)

    return application


@pytest.fixture(params=[with_flask_socketio, with_asyncio_server])
def app(request, received):
    app = Quart("shop")
    app.config.update(TESTING=True, SECRET_KEY="secret")
    request.param(app, received)

    @app.post("/login/<name>")
    async def login(name):
        session["name"] = name
        return "welcome"

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


async def test_an_event_is_handled_off_the_loop_and_answered(client, received):
    assert await text(await client.post("/login/ada")) == "welcome"
    address = await open_session(client)
    await send(client, address, '42["order","one"]')
    assert await text(await client.get(address)) == '42["sold","one"]'
    assert received == [("one", "shop", "ada", False)]


@pytest.mark.parametrize("app", [with_flask_socketio], indirect=True)
async def test_a_websocket_is_refused_so_that_clients_stay_with_polling(client):
    with pytest.raises(WebsocketResponseError) as raised:
        async with client.websocket("/socket.io/?EIO=4&transport=websocket") as socket:
            await socket.receive()
    assert raised.value.response.status_code == 404
