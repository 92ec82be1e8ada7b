"""Flask-SocketIO whose handlers became python-socketio's, served by Quart with websockets."""

import json
from functools import partial

import pytest
from serving import messages, migrated

pytest.importorskip("socketio", reason="python-socketio is not installed")

ADDRESS = "/socket.io/?EIO=4&transport=websocket"
UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket"}
NATIVE = "flask-socketio=python-socketio"
CHAT = """
    import time

    from flask import Flask, request
    from flask_socketio import SocketIO, disconnect, emit, join_room, leave_room, send

    app = Flask(__name__)
    socketio = SocketIO(app, async_mode="threading", async_handlers=False)
    names = {}


    @app.post("/news")
    def news():
        socketio.emit("news", request.form["text"], to="readers")
        return "sent"


    @socketio.on("connect")
    def connected():
        names[request.sid] = "nobody"


    @socketio.on("disconnect")
    def gone(reason):
        names.pop(request.sid)


    @socketio.on("join")
    def join(data):
        time.sleep(0)
        join_room(data["room"])
        names[request.sid] = data["name"]
        send(data["name"], to=data["room"])


    @socketio.event
    def say(text):
        emit("said", text, broadcast=True, include_self=False)
        emit("thanks")
        return "ok", len(names)


    @socketio.event
    def leave(room):
        leave_room(room)
        disconnect()
"""


def announced(asgi_app):
    """Begin with ``websocket.connect``, as servers do and Quart's test client does not."""

    async def application(scope, receive, send):
        messages = [{"type": "websocket.connect"}] if scope["type"] == "websocket" else []

        async def receive_all():
            return messages.pop() if messages else await receive()

        await asgi_app(scope, receive_all, send)

    return application


async def open_socket(socket):
    """Do what a Socket.IO client does first, by websocket."""
    assert json.loads((await socket.receive())[1:])["pingInterval"]
    await socket.send("40")
    assert (await socket.receive()).startswith('40{"sid"')


@pytest.mark.asyncio
async def test_a_chat_over_websockets(tmp_path):
    module, report = migrated(tmp_path, CHAT, NATIVE)
    assert messages(report) == []
    module.app.asgi_app = announced(module.app.asgi_app)
    client = module.app.test_client()
    opened = partial(client.websocket, ADDRESS, headers=UPGRADE)
    async with opened() as ada, opened() as bob:
        await open_socket(ada)
        await open_socket(bob)
        await ada.send('42["join",{"room":"readers","name":"Ada"}]')
        assert await ada.receive() == '42["message","Ada"]'
        answer = await client.post("/news", form={"text": "new"})
        assert await answer.get_data() == b"sent"
        assert await ada.receive() == '42["news","new"]'
        await bob.send('421["say","hello"]')
        assert await bob.receive() == '42["thanks"]'
        assert await bob.receive() == '431["ok",2]'
        assert await ada.receive() == '42["said","hello"]'
        await bob.send('42["leave","readers"]')
        assert await bob.receive() == "41"
        assert len(module.names) == 1


HEAD = """
    import time

    from flask import Flask, current_app, request, session
    from flask_socketio import Namespace, SocketIO, emit, rooms

    app = Flask(__name__)
    socketio = SocketIO(app)


    def tell(text):
        emit("told", text)

"""
STAYS = {
    "waits, and sends nothing": "time.sleep(1)",
    "uses `flask.session`": "emit('x', session['name'])",
    "uses the request": "emit('x', request.args['name'])",
    "a helper of handlers sends": "tell('x')",
    "has other arguments": "emit('x', callback=print)",
    "decides while it runs": "emit('x', broadcast=bool(name))",
    "`rooms` is used": "emit('x', rooms())",
    "has another `sid`": "sid = 1\nemit('x', sid)",
    "`SocketIO().start_background_task` is used": "socketio.start_background_task(print)",
}


@pytest.mark.parametrize("why", STAYS)
def test_what_cannot_be_translated_stays(tmp_path, why):
    body = "".join(f"        {line}\n" for line in STAYS[why].splitlines())
    handler = f"\n    @socketio.on('x')\n    def handle(name):\n{body}"
    # A helper that sends stands in the way by itself.
    head = HEAD if "helper" in why else HEAD.replace('emit("told", text)', "pass")
    _, report = migrated(tmp_path, head + handler, NATIVE, imports=False)
    ((rule, message),) = [it.split(": ", 1) for it in messages(report)]
    assert rule == "native-flask-socketio"
    assert why in message
    assert "from flask_socketio" in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ("SocketIO(app, message_queue='redis://')", "no option `message_queue`"),
        ("SocketIO()", "not given one app"),
        ("SocketIO(Flask(__name__))", "not given one app"),
        ("SocketIO(app); other = SocketIO(app)", "several"),
    ],
)
def test_a_server_of_another_kind_stays(tmp_path, changed, why):
    source = CHAT.replace('SocketIO(app, async_mode="threading", async_handlers=False)', changed)
    _, report = migrated(tmp_path, source, NATIVE, imports=False)
    assert any(why in it for it in messages(report))


def test_tests_with_its_own_client_keep_flask_socketio(tmp_path):
    test = "from app import app, socketio\n\n\ndef test_it():\n    socketio.test_client(app)\n"
    _, report = migrated(tmp_path, CHAT, NATIVE, imports=False, test_app__py=test)
    assert any("test_app.py tests with Flask-SocketIO's client" in it for it in messages(report))
