"""`flask.Flask`, for a test run, makes apps that Quart serves."""

import pytest
import quart

from compat_shims import testing
from compat_shims.testing.counting import Served, requests


@pytest.fixture(autouse=True)
def _flask_on_quart(installed):
    testing.flask_on_quart()


@pytest.fixture
def flask():
    import flask

    return flask


def test_a_flask_app_is_served_by_quart(flask):
    app = flask.Flask("test_app")

    @app.route("/<name>", methods=["GET", "POST"])
    def view(name):
        flask.session["name"] = name
        return f"{name} {flask.request.form.get('a')} {quart.request.path}"

    app.secret_key = "key"
    assert isinstance(app, flask.Flask)
    assert app.test_client().post("/x", data={"a": "1"}).text == "x 1 /x"
    assert requests.take() == Served(by_quart=1)


def test_what_a_subclass_says_for_all_apps_holds_for_quart_too(flask):
    class Sessions(flask.sessions.SecureCookieSessionInterface):
        def get_cookie_name(self, app):
            return "my_cookie"

    class Base(flask.Flask):
        testing = True
        secret_key = "base"

    class MyFlask(Base):
        secret_key = "key"
        session_interface = Sessions()

        def make_config(self, instance_relative=False):
            config = super().make_config(instance_relative)
            config["MINE"] = True
            return config

    app = MyFlask("test_app", static_url_path="/assets", static_folder="assets")

    @app.get("/")
    def view():
        flask.session["a"] = 1
        return str(flask.current_app.config["MINE"])

    client = app.test_client()
    assert client.get("/").text == "True"
    assert client.get_cookie("my_cookie") is not None
    assert app.quart.testing
    assert app.quart.secret_key == "key"
    assert app.static_url_path == app.quart.static_url_path == "/assets"


def test_an_app_is_what_it_was_after_the_run(flask):
    testing.uninstall()
    app = flask.Flask("test_app")
    assert not hasattr(app, "quart")
