"""A migrated write view does all of its work or nothing, whenever its client goes away."""

import socket
import socketserver
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from migrator import migrate

SHOP = textwrap.dedent("""
    import smtplib
    import sqlite3
    import time

    from flask import Flask, request

    app = Flask(__name__)


    @app.post("/order")
    def order():
        name = request.form["name"]
        db = sqlite3.connect("shop.db", timeout=30)
        db.execute("INSERT INTO orders VALUES (?)", (name,))
        time.sleep(0.01)
        db.commit()
        db.close()
        time.sleep(0.01)
        with smtplib.SMTP("127.0.0.1", int(app.config["MAIL_PORT"])) as smtp:
            smtp.sendmail("shop@localhost", ["reader@localhost"], f"Subject: {name}\\n\\nThanks.")
        return "ordered"


    @app.get("/")
    def index():
        return "open"
""").lstrip()

BY_A_HELPER = textwrap.dedent("""
    import smtplib
    import sqlite3
    import time

    from flask import Flask, render_template_string, request

    app = Flask(__name__)


    def mailed(name):
        time.sleep(0.01)
        text = render_template_string("Subject: {{ name }}\\n\\nThanks.", name=name)
        with smtplib.SMTP("127.0.0.1", int(app.config["MAIL_PORT"])) as smtp:
            smtp.sendmail("shop@localhost", ["reader@localhost"], text)


    @app.post("/order")
    def order():
        name = request.form["name"]
        db = sqlite3.connect("shop.db", timeout=30)
        db.execute("INSERT INTO orders VALUES (?)", (name,))
        db.commit()
        mailed(name)
        db.execute("INSERT INTO orders VALUES (?)", (name,))
        db.commit()
        db.close()
        return "ordered"


    @app.post("/mail")
    def mail():
        mailed(request.form["name"])
        return "mailed"
""").lstrip()

IN_TWO = textwrap.dedent("""
    import smtplib
    import sqlite3
    import time

    from compat_shims import flask_app, offload
    from quart import Quart, request

    app = Quart(__name__)
    flask_app(app)


    @app.post("/order")
    async def order():
        name = (await request.form)["name"]

        def save():
            db = sqlite3.connect("shop.db", timeout=30)
            db.execute("INSERT INTO orders VALUES (?)", (name,))
            time.sleep(0.01)
            db.commit()
            db.close()

        def send():
            time.sleep(0.01)
            with smtplib.SMTP("127.0.0.1", int(app.config["MAIL_PORT"])) as smtp:
                text = f"Subject: {name}\\n\\nThanks."
                smtp.sendmail("shop@localhost", ["reader@localhost"], text)

        await offload(save)
        await offload(send)
        return "ordered"


    @app.get("/")
    def index():
        return "open"
""").lstrip()

CLIENTS = 60
PATIENCE = 0.0006
"""Seconds that each client waits longer than the one before it: the last 36 ms, a write 20 ms."""


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes mail by SMTP, and remembers the subjects."""

    daemon_threads = True
    request_queue_size = CLIENTS

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Counter)
        self.subjects: list[str] = []


class Counter(socketserver.StreamRequestHandler):
    """Speaks as much of RFC 5321 as smtplib asks for."""

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            word = line.split()[0].upper()
            if word == b"DATA":
                self._say("354 go on")
                self._take()
            self._say("221 bye" if word == b"QUIT" else "250 fine")

    def _take(self) -> None:
        for line in self.rfile:
            if line.startswith(b"Subject: "):
                self.server.subjects.append(line.decode().split()[1])
            if line == b".\r\n":
                return

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


@pytest.fixture
def post_office():
    with PostOffice() as office:
        thread = threading.Thread(target=office.serve_forever)
        thread.start()
        yield office
        office.shutdown()
        thread.join()


@pytest.fixture
def project(tmp_path) -> Path:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as db:
        db.execute("CREATE TABLE orders (name TEXT)")
        db.execute("PRAGMA journal_mode = WAL")
    return tmp_path


def visited(project: Path, office: PostOffice) -> tuple[set[str], set[str]]:
    """Let clients order and leave, each a little later; return who ordered and who got mail."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (project / "serve.py").write_text(
        f'from shop import app\n\napp.config["MAIL_PORT"] = {office.server_address[1]}\n'
    )
    command = [sys.executable, "-m", "uvicorn", "serve:app", "--port", str(port)]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE) as server:
        try:
            _wait_until_up(server, port)
            for number in range(CLIENTS):
                _order_and_leave(port, f"reader-{number}", number * PATIENCE)
        finally:
            server.terminate()
            server.communicate(timeout=30)
    with closing(sqlite3.connect(project / "shop.db")) as db:
        ordered = {name for (name,) in db.execute("SELECT name FROM orders")}
    return ordered, set(office.subjects)


def _wait_until_up(server: subprocess.Popen, port: int) -> None:
    for _ in range(300):
        assert server.poll() is None, server.stderr.read().decode()
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not answer within half a minute")


def _order_and_leave(port: int, name: str, patience: float) -> None:
    body = f"name={name}".encode()
    head = (
        f"POST /order HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nX-Name: {name}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(head.encode() + body)
        time.sleep(patience)


def test_an_order_and_its_mail_are_one(project, post_office):
    (project / "shop.py").write_text(SHOP)
    migrate(project)
    assert "async def order" in (project / "shop.py").read_text()
    ordered, mailed = visited(project, post_office)
    assert ordered == mailed
    assert ordered


def test_so_they_are_where_the_order_ends_in_a_page(project, post_office):
    source = SHOP.replace("request\n", "render_template_string, request\n", 1)
    source = source.replace('name = request.form["name"]', 'name = request.headers["X-Name"]')
    source = source.replace('return "ordered"', 'return page("ordered")')
    nameless = 'if not name:\n        return page("nameless")\n    db.commit()'
    source = source.replace("db.commit()", nameless)
    source += "\n\ndef page(text):\n    return render_template_string(text)\n"
    (project / "shop.py").write_text(source)
    migrate(project)
    migrated = (project / "shop.py").read_text()
    assert "async def order" in migrated
    assert '        return page("ordered")\n\n    return await offload(save)' in migrated
    ordered, mailed = visited(project, post_office)
    assert ordered == mailed
    assert ordered


def test_an_async_function_in_the_middle_of_an_order_is_not_cut(project, post_office):
    (project / "shop.py").write_text(BY_A_HELPER)
    migrate(project)
    assert "        uncut(mailed)(name)" in (project / "shop.py").read_text()
    ordered, mailed = visited(project, post_office)
    assert ordered == mailed
    with closing(sqlite3.connect(project / "shop.db")) as db:
        counts = db.execute("SELECT count(*) FROM orders GROUP BY name").fetchall()
    assert set(counts) == {(2,)}


def test_the_clients_leave_early_enough_to_tear_apart_what_is_in_two(project, post_office):
    (project / "shop.py").write_text(IN_TWO)
    ordered, mailed = visited(project, post_office)
    assert mailed < ordered
