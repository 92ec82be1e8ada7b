"""Handlers of Flask-Sock as websockets of Quart: what they answer, and what keeps them."""

import asyncio
import sys
import textwrap

import pytest
from serving import messages, migrated

ECHO = """
    from flask import Flask, request, session
    from flask_sock import ConnectionClosed, Sock

    app = Flask(__name__)
    app.secret_key = "secret"
    sock = Sock(app)
    ended = []


    @app.route("/login")
    def login():
        session["name"] = "ada"
        return ""


    @sock.route("/echo/<room>")
    def echo(ws, room):
        ws.send(f"{session['name']} in {room} {request.args['q']}")
        try:
            while True:
                data = ws.receive()
                if data == "stop":
                    ws.close(1008)
                    return
                ws.send(data)
        except ConnectionClosed:
            ended.append(room)


    @sock.route("/patient")
    def patient(ws):
        word = ws.receive(timeout=0.05)
        ws.send(str(word))
        word = ws.receive(timeout=5)
        ws.send(str(word))
"""
PLAIN = """
    from flask import Flask, request, session
    from flask_sock import ConnectionClosed, Sock

    app = Flask(__name__)
    sock = Sock(app)
    clients = []


    def told():
        return request.args["q"]


    @sock.route("/ws")
    def handler(ws):
        {body}
"""


@pytest.fixture
def app(tmp_path):
    module, report = migrated(tmp_path, ECHO)
    assert messages(report) == []
    text = (tmp_path / "app.py").read_text()
    assert "sock" not in text.replace("websocket", "")
    assert "compat_shims" not in text
    module.app.ended = module.ended
    return module.app


@pytest.mark.asyncio
async def test_messages_session_arguments_and_the_end_of_the_connection(app):
    client = app.test_client()
    await client.get("/login")
    async with client.websocket("/echo/kitchen?q=1") as socket:
        assert await socket.receive() == "ada in kitchen 1"
        for message in ("hello", b"bytes"):
            await socket.send(message)
            assert await socket.receive() == message
    for _ in range(100):
        await asyncio.sleep(0.01 if not app.ended else 0)
    assert app.ended == ["kitchen"]


@pytest.mark.asyncio
async def test_closing_is_not_the_end_of_the_connection(app):
    client = app.test_client()
    await client.get("/login")
    async with client.websocket("/echo/hall?q=2") as socket:
        await socket.receive()
        await socket.send("stop")
        await asyncio.sleep(0.05)
    assert app.ended == []


@pytest.mark.asyncio
async def test_nothing_comes_in_time(app):
    async with app.test_client().websocket("/patient") as socket:
        assert await socket.receive() == "None"
        await socket.send("here")
        assert await socket.receive() == "here"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("clients.append(ws)", "neither sends nor receives"),
        ("ws.send('x'); clients.append(ws)", "other than by calls"),
        ("ws.send(len(clients))", "`ws.send(len(clients))` cannot be translated"),
        ("ws.send(clients[0])", "cannot be translated"),
        ("word = ws.receive(timeout=0)", "cannot be translated"),
        ("ws.send(told())", "cannot be translated"),
        ("ws.send(str(told()))", "calls code that uses the request"),
        ("ws.send(request.method)", "cannot be translated"),
        ("ws.send(str(request.json))", "uses the request in a way"),
        ("clients.append(lambda: ws.send('x'))", "other than by calls"),
        (
            "try:\n            ws.receive()\n        except Exception:\n            pass",
            "sees the end of the connection",
        ),
        (
            (
                "try:\n            ws.receive()\n        except ConnectionClosed:\n"
                "            pass\n        print('over')"
            ),
            "goes on after the end",
        ),
        (
            (
                "while True:\n            try:\n                ws.receive()\n"
                "            except ConnectionClosed:\n                print('over')"
            ),
            "goes on after the end",
        ),
    ],
)
def test_a_handler_of_which_not_everything_is_known_stays(tmp_path, body, words):
    source = PLAIN.replace("{body}", body)
    (reason,) = left(tmp_path, source)
    assert words in reason
    assert "@sock.route" in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("@app.before_request\ndef guard():\n    pass\n", "before-request hook (app.py:"),
        ("@app.teardown_request\ndef end(error):\n    pass\n", "teardown hook (app.py:"),
        ("from flask_talisman import Talisman\nTalisman(app)\n", "`flask_talisman.Talisman`"),
        ("app.config['SOCK_SERVER_OPTIONS'] = {}\n", "`SOCK_SERVER_OPTIONS`"),
        ("other = Sock(app)\n", "several `Sock` objects"),
        ("websocket = 1\n", "another `websocket`"),
    ],
)
def test_a_program_in_which_requests_are_more_than_their_views_keeps_flask_sock(
    tmp_path, more, words
):
    source = textwrap.dedent(PLAIN.replace("{body}", "ws.send('x')")) + more
    (reason,) = left(tmp_path, source)
    assert words in reason


FACTORY = """
    from flask import Flask
    from extensions import sock
    {top}


    def create_app():
        {first}
        app = Flask(__name__)
        sock.init_app(app)
        {last}
        return app
"""
EXTENSIONS = "from flask_sock import Sock\n\nsock = Sock()\n"
SOCKETS = """
    from extensions import sock


    @sock.route("/echo")
    def echo(ws):
        ws.send(ws.receive())
"""


def factory(folder, monkeypatch, **places):
    monkeypatch.syspath_prepend(folder)
    for name in ("extensions", "sockets"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    source = FACTORY.format(**{"top": "", "first": "pass", "last": "pass"} | places)
    return migrated(folder, source, extensions__py=EXTENSIONS, sockets__py=SOCKETS)


@pytest.mark.asyncio
async def test_handlers_of_an_app_factory(tmp_path, monkeypatch):
    module, report = factory(tmp_path, monkeypatch, top="import sockets")
    assert messages(report) == []
    client = module.create_app().test_client()
    async with client.websocket("/echo") as socket:
        await socket.send("hello")
        assert await socket.receive() == "hello"
    assert "compat_shims" not in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize("place", ["first", "last"])
def test_handlers_that_a_factory_imports_itself_stay(tmp_path, monkeypatch, place):
    _, report = factory(tmp_path, monkeypatch, **{place: "import sockets"})
    (message,) = messages(report)
    assert "may be defined after `init_app`" in message


def test_the_strategy_bridge_leaves_handlers_without_a_word(tmp_path):
    from migrator import Options, plan
    from migrator.options import Strategy

    (tmp_path / "app.py").write_text(textwrap.dedent(ECHO))
    report = plan(tmp_path, Options(strategy=Strategy.BRIDGE))
    assert b"@sock.route" in report.changed[0].after
    assert not [it for it in report.findings if it.rule == "websocket-handler"]


def left(folder, source):
    _, report = migrated(folder, source, imports=False)
    return [it.message for it in report.findings if it.rule == "websocket-handler"]
