"""Tests written for Flask, run on a Quart app: what they ask of the app itself."""

import asyncio
import inspect
import json
from pathlib import Path
from unittest.mock import Mock

import click
import flask
import flask.testing
import pytest
import quart
import werkzeug.test
from quart import Quart

from compat_shims import flask_app, testing

HERE = Path(__file__).parent

pytestmark = pytest.mark.usefixtures("installed")


def test_commands(app):
    result = app.test_cli_runner().invoke(args=["hello"])
    assert result.exception is None
    assert result.output == "hello from a command\n"


def test_a_runner_class_of_the_project(app):
    class MyRunner(flask.testing.FlaskCliRunner):
        pass

    app.test_cli_runner_class = MyRunner
    assert type(app.test_cli_runner()) is MyRunner


def test_a_command_with_an_app_context_of_quart(app):
    from flask.cli import ScriptInfo  # As a test file does, that is imported in the run.

    @app.cli.command("context", with_appcontext=True)
    def context():
        click.echo(f"{quart.current_app.name} {flask.current_app.name}")

    for runner, options in [
        (app.test_cli_runner(), {}),
        (app.test_cli_runner(), {"obj": ScriptInfo(create_app=lambda: app)}),
    ]:
        result = runner.invoke(args=["context"], **options)
        assert result.exception is None, result.output
        assert result.output == f"{app.name} {app.name}\n"


def test_app_context(app):
    app.config["SERVER_NAME"] = "example.org"
    with app.app_context():
        assert flask.url_for("get_value") == "http://example.org/get"
        assert flask.current_app.name == quart.current_app.name == app.name
        flask.g.value = 1
        assert quart.g.value == 1


def test_app_context_pushed_and_popped(app):
    context = app.app_context()
    context.push()
    assert flask.current_app.name == quart.current_app.name == app.name
    context.pop()
    assert not flask.has_app_context()
    assert not quart.has_app_context()


def test_an_outer_app_context_is_shared_with_the_request(app, client):
    @app.get("/outer")
    def outer():
        return flask.g.value

    with app.app_context():
        flask.g.value = "from the test"
        assert client.get("/outer").text == "from the test"


def test_test_request_context(app):
    with app.test_request_context("/echo?a=1", method="POST", data={"b": "2"}):
        assert flask.request.form["b"] == "2"
        assert flask.request.args["a"] == "1"
        assert quart.request.path == "/echo"
        assert flask.url_for("get_value") == "/get"
        flask.session["value"] = 1
        assert quart.session["value"] == 1
        flask.g.value = 2
        assert quart.g.value == 2
    assert not quart.has_app_context()
    assert not quart.has_request_context()


def test_request_context_of_an_environ(app):
    environ = werkzeug.test.EnvironBuilder("/echo").get_environ()
    with app.request_context(environ):
        assert flask.request.endpoint == "echo"


def test_a_request_is_dispatched_by_hand(app):
    seen = []
    app.before_request(lambda: seen.append("before"))
    with app.test_request_context("/get"):
        assert app.preprocess_request() is None
        response = app.full_dispatch_request()
        assert response.get_data(as_text=True) == "nothing"
    with app.test_request_context("/echo?a=1"):
        assert app.full_dispatch_request().get_json()["args"] == {"a": ["1"]}
    assert seen == ["before"] * 3


def test_an_async_hook_sees_quarts_response_of_a_request_dispatched_by_hand(app):
    @app.after_request
    async def shout(response):
        response.set_data((await response.get_data()).upper())
        return response

    with app.test_request_context("/get"):
        assert app.full_dispatch_request().get_data() == b"NOTHING"


def test_make_response(app):
    with app.test_request_context():
        assert app.make_response(("text", 201)).status_code == 201


def test_open_resource(app):
    with app.open_resource("test_flask_app.py") as file:
        assert b"Tests written for Flask" in file.readline()


def test_app_attributes(app):
    app.testing = False
    assert app.config["TESTING"] is False
    assert "index" not in app.view_functions
    assert app.jinja_env.from_string("{{ 1 + 1 }}").render() == "2"
    assert {rule.endpoint for rule in app.url_map.iter_rules()} > {"echo", "environ"}


def test_servers_still_take_the_app_for_asgi(app):
    assert inspect.iscoroutinefunction(app.__call__)
    sent = []

    async def call():
        async def receive():
            await asyncio.sleep(0)
            return {"type": "http.request" if not sent else "http.disconnect"}

        async def send(message):
            sent.append(message["type"])

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/get",
            "raw_path": b"/get",
            "query_string": b"",
            "headers": [],
        }
        await app(scope, receive, send)

    asyncio.run(call())
    assert sent[0] == "http.response.start"


def test_async_code_has_both_ways(app):
    async def test():
        client = app.test_client()
        response = await client.get("/get")
        assert await response.get_data(as_text=True) == "nothing"
        assert client.get("/get").text == "nothing"
        async with app.app_context():
            assert quart.current_app.name == app.name
        with app.app_context():
            assert flask.current_app.name == app.name
        async with app.test_request_context("/get"):
            assert quart.request.path == "/get"
        with app.test_request_context("/echo", data={"a": "1"}, method="POST"):
            assert flask.request.form["a"] == "1"

    asyncio.run(test())


def test_the_apps_own_code_gets_quarts_behaviour():
    own = {"__name__": "myapp.views", "app": Quart("myapp", root_path=str(HERE))}
    exec("coroutine = app.open_resource('test_flask_app.py')", own)
    assert inspect.iscoroutine(own["coroutine"])
    own["coroutine"].close()
    with pytest.raises(AttributeError, match="wrap its asgi_app"):
        exec("app.wsgi_app", own)


def test_a_view_gets_quarts_behaviour(app):
    @app.get("/view")
    def view():
        assert not isinstance(app.test_request_context("/"), flask.ctx.RequestContext)
        coroutine = app.open_resource("test_flask_app.py")
        coroutine.close()
        return "as under a server"

    assert app.test_client().get("/view").text == "as under a server"


def test_nothing_stays_after_a_run():
    testing.uninstall()
    assert not hasattr(Quart, "wsgi_app")
    assert Quart.test_client.__module__ == "quart.app"
    assert flask.testing.FlaskClient.__init__.__module__ == "flask.testing"
    assert inspect.isfunction(Quart.__call__)
    assert inspect.isfunction(quart.Response.get_data)
    with pytest.raises(TypeError, match="not Mock"):
        flask_app(Mock())


def test_the_body_of_a_response_of_the_project(app):
    with app.test_request_context("/"):
        response = quart.jsonify(message="made by the project")
    assert response.get_json() == response.json == {"message": "made by the project"}
    assert json.loads(response.get_data(as_text=True)) == json.loads(response.data)
    assert quart.Response("text").data == b"text"


def test_the_body_of_a_response_in_async_code():
    async def test():
        response = quart.Response("text")
        assert await response.get_data() == await response.data == b"text"

    asyncio.run(test())


def test_a_mock_of_an_app_reaches_the_extension():
    app = Mock()
    assert flask_app(app) is app
    with pytest.raises(TypeError, match="not object"):
        flask_app(object())


def test_it_is_an_instance_of_flask_to_a_test(app):
    assert isinstance(app, flask.Flask)
    assert isinstance(app, Quart)
    assert not isinstance(app, flask.Blueprint)
    assert isinstance(quart.Blueprint("pages", __name__), flask.Blueprint)


def test_it_is_no_instance_of_flask_to_the_app_itself(app):
    asked = {"__name__": "shop", "flask": flask}
    exec("def is_flask(app): return isinstance(app, flask.Flask)", asked)
    assert not asked["is_flask"](app)


def test_what_a_test_sees_ends_with_the_run(app):
    testing.uninstall()
    assert not isinstance(app, flask.Flask)
    testing.install()
