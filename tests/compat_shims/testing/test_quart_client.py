"""Quart's test client of an app with a companion takes what Flask's takes."""

import asyncio
import contextvars
import io

import flask
import pytest
import quart
from quart.testing import QuartClient

from compat_shims import flask_app, offload


@pytest.fixture
def app():
    app = quart.Quart(__name__)
    app.secret_key = "test"
    app.testing = True
    flask_app(app)

    @app.route("/echo", methods=["GET", "POST", "PUT"])
    def echo():
        request = flask.request
        files = {name: [it.filename, it.mimetype] for name, it in request.files.items()}
        return {
            "args": request.args.to_dict(),
            "cookies": request.cookies,
            "data": request.get_data(as_text=True),
            "files": files,
            "form": request.form.to_dict(flat=False),
            "method": request.method,
            "type": request.content_type,
            "url": request.url,
        }

    @app.route("/login", methods=["POST"])
    async def login():
        flask.g.user = quart.session["name"] = (await quart.request.form)["name"]
        return quart.redirect("/echo?from=login")

    @app.route("/again", methods=["POST"])
    def again():
        return flask.redirect("/echo", 307)

    @app.route("/round")
    def round_and_round():
        return flask.redirect("/round")

    @app.route("/broken")
    def broken():
        raise LookupError("this one")

    @app.teardown_appcontext
    def close(_error):
        closed.append(flask.g.get("user"))

    closed = app.extensions["closed"] = []
    return app


def run(test):
    return asyncio.run(test())


async def document(app, *args, **kwargs):
    response = await app.test_client().open(*args, **kwargs)
    return await response.get_json()


def test_it_is_quarts_client(app):
    assert isinstance(app.test_client(), QuartClient)


@pytest.mark.parametrize(
    ("arguments", "part", "value"),
    [
        ({"data": {"a": 1, "b": ["x", "y"], "c": None}}, "form", {"a": ["1"], "b": ["x", "y"]}),
        ({"data": {"f": (io.BytesIO(b"1"), "a.png")}}, "files", {"f": ["a.png", "image/png"]}),
        ({"data": b"raw", "content_type": "text/x"}, "data", "raw"),
        ({"data": b"raw", "content_type": "text/x"}, "type", "text/x"),
        ({"json": {"a": 1}}, "type", "application/json"),
        ({"json": {"a": 1}}, "data", '{"a": 1}'),
        ({"query_string": {"a": "ä b"}}, "args", {"a": "ä b"}),
        ({"query_string": "a=1"}, "args", {"a": "1"}),
        ({"base_url": "https://a.example/"}, "url", "https://a.example/echo"),
        ({"form": {"a": "quart's own"}}, "form", {"a": ["quart's own"]}),
        ({"headers": {"Cookie": "a=1"}}, "cookies", {"a": "1"}),
        ({"buffered": True}, "method", "POST"),
    ],
)
def test_a_request_is_described_as_for_flasks_client(app, arguments, part, value):
    found = asyncio.run(document(app, "/echo", method="POST", **arguments))
    assert found[part] == value


def test_redirects_are_followed_and_remembered(app):
    async def test():
        client = app.test_client()
        response = await client.post("/login", data={"name": "ann"}, follow_redirects=True)
        found = await response.get_json()
        assert (found["method"], found["args"], found["form"]) == ("GET", {"from": "login"}, {})
        assert (response.request.path, response.request.args["from"]) == ("/echo", "login")
        assert [it.status_code for it in response.history] == [302]
        assert response.history[0].request.path == "/login"

    run(test)


def test_a_redirect_that_keeps_the_method_keeps_the_body(app):
    async def test():
        client = app.test_client()
        response = await client.post("/again", data={"name": "ann"}, follow_redirects=True)
        found = await response.get_json()
        assert (found["method"], found["form"]) == ("POST", {"name": ["ann"]})

    run(test)


def test_redirects_in_a_circle_end(app):
    async def test():
        with pytest.raises(RuntimeError, match="/round: more than 20 redirects"):
            await app.test_client().get("/round", follow_redirects=True)

    run(test)


def test_contexts_of_the_last_request_stay_under_async_with(app):
    async def test():
        client = app.test_client()
        async with client:
            await client.post("/login", data={"name": "ann"})
            assert flask.session["name"] == quart.session["name"] == "ann"
            assert flask.g.user == quart.g.user == "ann"
            assert flask.request.path == quart.request.path == "/login"
            await client.get("/echo")
            assert flask.request.path == "/echo"
            assert "user" not in flask.g
            assert flask.session["name"] == "ann"
        assert not flask.has_request_context()
        assert not quart.has_request_context()
        assert app.extensions["closed"][-1] is None

    run(test)


def test_contexts_end_in_another_task_than_the_one_that_sent_the_request(app):
    async def fixture():
        async with app.test_client() as client:
            with app.app_context():
                yield client

    async def sends(client, path):
        await client.get(path)
        assert flask.request.path == path

    async def test():
        asynchronous, of_fixture = fixture(), contextvars.copy_context()
        client = await asyncio.create_task(anext(asynchronous), context=of_fixture)
        await asyncio.create_task(sends(client, "/echo"))
        await asyncio.create_task(sends(client, "/nothing"))
        end = asyncio.create_task(anext(asynchronous, "closed"), context=of_fixture)
        assert await end == "closed"
        assert not flask.has_app_context()

    run(test)


def test_without_async_with_no_context_stays(app):
    async def test():
        await app.test_client().post("/login", data={"name": "ann"})
        assert not flask.has_app_context()
        assert app.extensions["closed"] == ["ann"]

    run(test)


def test_the_session_can_be_changed_between_requests(app):
    async def test():
        client = app.test_client()
        async with client.session_transaction() as session:
            session["name"] = "bob"
        async with client:
            await client.get("/echo")
            assert flask.session["name"] == "bob"

    run(test)


@pytest.mark.parametrize("arguments", [("a", "1"), ("localhost", "a", "1")])
def test_cookies_are_set_read_and_deleted_in_either_way(app, arguments):
    async def test():
        client = app.test_client()
        client.set_cookie(*arguments)
        assert client.get_cookie("a").value == "1"
        assert (await (await client.get("/echo")).get_json())["cookies"] == {"a": "1"}
        client.delete_cookie(*arguments[:-1])
        assert client.get_cookie("a") is None
        assert (await (await client.get("/echo")).get_json())["cookies"] == {}

    run(test)


def test_an_exception_reaches_the_test(app):
    async def test():
        with pytest.raises(LookupError, match="this one"):
            await app.test_client().get("/broken")

    run(test)


def test_synchronous_code_runs_in_a_lane(app):
    import threading

    @app.route("/thread")
    async def thread():
        return {"same": await offload(threading.get_ident) == threading.get_ident()}

    assert asyncio.run(document(app, "/thread")) == {"same": False}


def test_a_client_class_of_the_app_is_kept(app):
    class Client(QuartClient):
        pass

    app.test_client_class = Client
    assert type(app.test_client()) is Client


def test_middleware_is_passed_and_lets_errors_and_contexts_through(app):
    def add_header(environ, start_response):
        return inner({**environ, "HTTP_X_THROUGH": "1"}, start_response)

    inner = flask_app(app).wsgi_app
    flask_app(app).wsgi_app = add_header

    async def test():
        async with app.test_client() as client:
            await client.post("/login", data={"name": "ann"})
            assert flask.request.headers["X-Through"] == "1"
            assert flask.session["name"] == "ann"
        with pytest.raises(LookupError, match="this one"):
            await app.test_client().get("/broken")

    run(test)
