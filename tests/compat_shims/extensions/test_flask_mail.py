"""Flask-Mail: messages rendered in an async view and sent off the loop."""

import smtplib

import pytest
from migrated import extension, on_loop, text
from quart import Quart, render_template

from compat_shims import flask_app, offload

flask_mail = extension("flask_mail")
pytestmark = pytest.mark.asyncio


class Server:
    """Stands in for the connection to an SMTP server."""

    def __init__(self, host, port):
        self.sent, self.used_on_loop = [], []

    def set_debuglevel(self, level):
        self.used_on_loop.append(on_loop())

    def sendmail(self, sender, recipients, message, *options):
        self.used_on_loop.append(on_loop())
        self.sent.append((sender, sorted(recipients), message.decode()))

    def quit(self):
        self.used_on_loop.append(on_loop())


@pytest.fixture
def server(monkeypatch):
    server = Server("localhost", 25)
    monkeypatch.setattr(smtplib, "SMTP", lambda *_: server)
    return server


@pytest.fixture
def app(server):
    app = Quart(__name__)
    app.config.update(MAIL_DEFAULT_SENDER="shop@shop.example", MAIL_SUPPRESS_SEND=False)
    add_views(app, flask_mail.Mail(flask_app(app)))
    return app


def add_views(app, mail):
    def message(body, *recipients):
        sent = flask_mail.Message("Your order", list(recipients), body)
        sent.attach("order.txt", "text/plain", "one book")
        return sent

    @app.post("/order")
    async def order():
        body = await render_template("mail.txt", name="Ada")
        await offload(mail.send, message(body, "ada@home.example"))
        return "sent"

    @app.post("/sync")
    def sync():
        mail.send(message("hello", "ada@home.example"))
        return "sent"

    @app.post("/bulk")
    async def bulk():
        def send():
            with mail.connect() as connection:
                for name in ("ada", "bob"):
                    connection.send(message("news", f"{name}@home.example"))

        await offload(send)
        return "sent"

    @app.post("/recorded")
    async def recorded():
        with mail.record_messages() as outbox:
            await offload(mail.send, message("hello", "ada@home.example"))
        return outbox[0].subject


async def test_an_async_view_sends_what_it_rendered(client, server):
    assert await text(await client.post("/order")) == "sent"
    [(sender, recipients, content)] = server.sent
    assert (sender, recipients) == ("shop@shop.example", ["ada@home.example"])
    assert "Dear Ada" in content
    assert "order.txt" in content


@pytest.mark.parametrize(("path", "count"), [("/order", 1), ("/sync", 1), ("/bulk", 2)])
async def test_the_server_is_spoken_to_off_the_loop(client, server, path, count):
    assert await text(await client.post(path)) == "sent"
    assert len(server.sent) == count
    assert not any(server.used_on_loop)


async def test_sent_messages_can_be_recorded(client):
    assert await text(await client.post("/recorded")) == "Your order"
