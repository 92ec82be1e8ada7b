"""Flask's configuration where Quart's silently differs."""

from datetime import timedelta

import flask
import pytest
import quart
from quart import Quart

from compat_shims import flask_app


@pytest.mark.parametrize(
    "name", [name for name in flask.Flask.default_config if name not in ("DEBUG", "TESTING")]
)
def test_the_defaults_are_flasks(name):
    app = Quart("x")
    flask_app(app)
    assert app.config[name] == flask.Flask.default_config[name]


def test_what_was_set_stays():
    app = Quart("x")
    app.config["MAX_CONTENT_LENGTH"] = 5
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(hours=1)
    flask_app(app)
    assert app.config["MAX_CONTENT_LENGTH"] == 5
    assert app.config["SEND_FILE_MAX_AGE_DEFAULT"] == timedelta(hours=1)


def test_uploads_and_streams_do_not_end_after_a_minute():
    app = Quart("x")
    flask_app(app)
    assert app.config["RESPONSE_TIMEOUT"] is None
    assert app.config["BODY_TIMEOUT"] is None


def test_prefixed_variables_are_flasks(monkeypatch):
    monkeypatch.setenv("FLASK_ANSWER", "42")
    monkeypatch.setenv("QUART_ANSWER", "43")
    app = Quart("x")
    companion = flask_app(app)
    companion.config.from_prefixed_env()
    assert app.config["ANSWER"] == 42
    app.config.from_prefixed_env("QUART")
    assert app.config["ANSWER"] == 43


def test_a_config_class_of_the_app_stays():
    class Config(quart.Config):
        pass

    class Shop(Quart):
        config_class = Config

    app = Shop("x")
    flask_app(app)
    assert type(app.config) is Config


@pytest.mark.asyncio
async def test_external_links_have_the_preferred_scheme():
    app = Quart("x")
    app.config.update(SERVER_NAME="example.org", PREFERRED_URL_SCHEME="https")
    flask_app(app)
    app.add_url_rule("/page", "page", str)
    async with app.app_context():
        assert quart.url_for("page", _external=True) == "https://example.org/page"
        assert flask.url_for("page", _external=True) == "https://example.org/page"
