"""A Quart app with views of both frameworks, tested as Flask's are."""

from pathlib import Path

import click
import flask
import pytest
import quart
from quart import Quart

from compat_shims import testing
from compat_shims.companion import flask_app
from compat_shims.testing.counting import requests
from compat_shims.testing.never_awaited import never_awaited


@pytest.fixture
def installed():
    testing.install()
    requests.take()
    yield
    testing.uninstall()
    assert never_awaited.take() == []


@pytest.fixture
def app(installed):
    app = Quart("test_flask_app", root_path=str(Path(__file__).parent))
    flask_app(app)
    app.config.update(TESTING=True, SECRET_KEY="key")

    @app.route("/echo", methods=["GET", "POST"])
    async def echo():
        form = await quart.request.form
        files = await quart.request.files
        return {
            "args": quart.request.args.to_dict(flat=False),
            "form": form.to_dict(flat=False),
            "files": {name: [file.filename, file.read().decode()] for name, file in files.items()},
            "type": quart.request.mimetype,
            "host": quart.request.host,
            "header": quart.request.headers.get("X-Header"),
            "json": await quart.request.get_json(silent=True),
        }

    @app.get("/environ")
    def environ():
        return {key: flask.request.environ.get(key) for key in ("REMOTE_ADDR", "MY_KEY")}

    @app.get("/set")
    async def set_value():
        quart.session["value"] = quart.request.args["value"]
        quart.g.value = "g of the request"
        return quart.redirect("/get")

    @app.get("/get")
    def get_value():
        return flask.session.get("value", "nothing")

    @app.get("/fail")
    async def fail():
        raise LookupError("in the view")

    @app.get("/stream")
    def stream():
        return flask.Response(str(number) for number in range(1_000_000))

    @app.cli.command("hello")
    def hello():
        click.echo("hello from a command")

    return app


@pytest.fixture
def client(app):
    return app.test_client()
