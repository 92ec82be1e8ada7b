"""Flask-Sock takes the socket from a WSGI server; Quart has websockets of its own."""

import flask
import pytest
from migrated import extension, text
from quart import Quart, websocket
from quart.testing import WebsocketResponseError

from compat_shims import flask_app, hop, offload

flask_sock = extension("flask_sock")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config["TESTING"] = True
    sock = flask_sock.Sock(flask_app(app))

    @sock.route("/sock")
    def sock_echo(ws):
        ws.send(ws.receive())

    @app.errorhandler(RuntimeError)
    async def refuse(error):
        return str(error), 501

    @app.websocket("/quart")
    async def quart_echo():
        await websocket.send(await offload(answer, await websocket.receive()))

    @app.websocket("/sync")
    def sync_echo():
        hop(websocket.send, answer(hop(websocket.receive)))

    return app


def answer(message):
    return f"{message} at {flask.request.path}"


async def test_there_is_no_wsgi_socket_and_the_answer_says_so(client):
    with pytest.raises(WebsocketResponseError) as raised:
        async with client.websocket("/sock") as socket:
            await socket.receive()
    assert await text(raised.value.response) == "Cannot obtain socket from WSGI environment."


@pytest.mark.parametrize("path", ["/quart", "/sync"])
async def test_quart_has_websockets(client, path):
    async with client.websocket(path) as socket:
        await socket.send("hello")
        assert await socket.receive() == f"hello at {path}"
