"""Tests written for Flask, run on a Quart app: clients."""

import asyncio
import io
import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.request import urlopen

import flask
import flask.testing
import pytest
import quart
import werkzeug.test
from quart.testing import QuartClient
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from compat_shims import offload
from compat_shims.testing.counting import Served, requests

pytestmark = pytest.mark.usefixtures("installed")


def test_it_is_flasks_own_client(client):
    assert type(client) is flask.testing.FlaskClient


def test_what_a_test_library_adds_to_the_response_class(app):
    class Mixin:
        __hash__ = None

        def __eq__(self, other):
            return self.status_code == other

    assert "json" not in vars(app.response_class)
    app.response_class = type("Added", (app.response_class, Mixin), {})
    response = app.test_client().post("/echo", json={"a": 1})
    assert response == 200
    assert response.json["json"] == {"a": 1}


def test_form_data_as_a_dict(client):
    echo = client.post("/echo", data={"a": "1", "b": ["2", "3"]}).get_json()
    assert echo["form"] == {"a": ["1"], "b": ["2", "3"]}


def test_a_file_as_a_tuple(client):
    data = {"a": "1", "file": (io.BytesIO(b"content"), "name.txt")}
    echo = client.post("/echo", data=data, content_type="multipart/form-data").json
    assert echo["files"] == {"file": ["name.txt", "content"]}
    assert echo["form"] == {"a": ["1"]}


def test_json(client):
    assert client.post("/echo", json={"a": [1]}).json["json"] == {"a": [1]}


@pytest.mark.parametrize("query", ["a=1&a=2", {"a": ["1", "2"]}])
def test_query_string_as_text_or_dict(client, query):
    assert client.get("/echo", query_string=query).json["args"] == {"a": ["1", "2"]}


def test_headers_content_type_and_base_url(client):
    response = client.post(
        "/echo",
        data="<a/>",
        content_type="text/xml",
        headers={"X-Header": "value"},
        base_url="https://example.org",
    )
    assert response.json["type"] == "text/xml"
    assert response.json["header"] == "value"
    assert response.json["host"] == "example.org"


def test_environ_base_and_overrides(client):
    response = client.get(
        "/environ", environ_base={"REMOTE_ADDR": "10.0.0.7"}, environ_overrides={"MY_KEY": "mine"}
    )
    assert response.json == {"REMOTE_ADDR": "10.0.0.7", "MY_KEY": "mine"}


def test_redirects_are_followed_with_their_history(client):
    response = client.get("/set?value=v", follow_redirects=True)
    assert response.text == "v"
    assert [past.status_code for past in response.history] == [302]
    assert response.request.path == "/get"


def test_cookies(client):
    client.get("/set?value=v")
    assert client.get_cookie("session") is not None
    assert client.get("/get").data == b"v"
    client.delete_cookie("session")
    assert client.get("/get").data == b"nothing"


def test_session_transaction(client):
    with client.session_transaction() as session:
        session["value"] = "from the test"
    assert client.get("/get").text == "from the test"
    with client.session_transaction() as session:
        assert session["value"] == "from the test"


def test_contexts_stay_readable_in_a_with_block(app, client):
    with client:
        client.get("/set?value=v")
        assert flask.request.path == "/set"
        assert quart.request.path == "/set"
        assert flask.session["value"] == "v"
        assert quart.session["value"] == "v"
        assert flask.g.value == "g of the request"
        assert quart.g.value == "g of the request"
        assert flask.current_app.name == quart.current_app.name == app.name
    assert not flask.has_request_context()
    assert not flask.has_app_context()
    assert not quart.has_request_context()
    assert not quart.has_app_context()


def test_exceptions_reach_the_test(client):
    with pytest.raises(LookupError, match="in the view") as caught:
        client.get("/fail")
    assert caught.traceback[-1].name == "fail"


def test_exceptions_become_500_where_flask_makes_them_so(app, client):
    app.testing = False
    assert client.get("/fail").status_code == 500
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(LookupError):
        client.get("/fail")


def test_an_exception_of_the_project_may_answer_by_quarts_redirect(app, client):
    class Elsewhere(HTTPException):
        code = 303

        def get_response(self, environ=None):
            return quart.redirect("/get", 303)

    @app.get("/sync")
    def raises():
        raise Elsewhere

    @app.get("/async")
    async def raises_too():
        raise Elsewhere

    for path in ("/sync", "/async"):
        response = client.get(path, follow_redirects=True)
        assert [past.status_code for past in response.history] == [303]


def test_error_handlers_that_wrap_those_of_the_app(app, client):
    # As Flask-RESTful does, with the app that its blueprint is registered on.
    def wrapped(original, error):
        return original(error)

    app.handle_exception = partial(wrapped, app.handle_exception)
    app.handle_user_exception = partial(wrapped, app.handle_user_exception)

    @app.get("/sync")
    def raises():
        raise NotFound

    @app.get("/async")
    async def raises_too():
        raise NotFound

    app.testing = False
    assert client.get("/sync").status_code == client.get("/async").status_code == 404
    assert client.get("/fail").status_code == 500


def test_a_stream_is_read_as_far_as_the_test_reads(client):
    with client.get("/stream") as response:
        chunks = response.iter_encoded()
        assert [next(chunks), next(chunks)] == [b"0", b"1"]


def test_buffered(app, client):
    @app.get("/short")
    def short():
        return flask.Response(iter(["a", "b"]))

    assert client.get("/short", buffered=True).response == [b"a", b"b"]


def test_an_environ_builder_and_a_request_can_be_opened(app, client):
    builder = flask.testing.EnvironBuilder(app, "/echo", query_string={"a": "1"})
    assert client.open(builder).json["args"] == {"a": ["1"]}
    assert client.open(builder.get_request()).json["args"] == {"a": ["1"]}
    builder.close()


def test_a_client_class_of_the_project(app):
    class MyClient(flask.testing.FlaskClient):
        def __init__(self, *args, token="", **kwargs):
            super().__init__(*args, **kwargs)
            self.token = token

        def open(self, *args, **kwargs):
            return super().open(*args, headers={"X-Header": self.token}, **kwargs)

    app.test_client_class = MyClient
    client = app.test_client(use_cookies=False, token="secret")
    assert client.get("/echo").json["header"] == "secret"


def test_a_client_class_of_quart_stays_quarts(app):
    class MyClient(QuartClient):
        pass

    app.test_client_class = MyClient
    assert type(app.test_client()) is MyClient


def test_clients_that_are_given_the_app(app):
    assert flask.testing.FlaskClient(app).get("/get").text == "nothing"
    assert werkzeug.test.Client(app, Response).get("/get").text == "nothing"
    assert werkzeug.test.Client(app.wsgi_app).get("/get").text == "nothing"
    with flask.testing.FlaskClient(app).session_transaction() as session:
        session["value"] = "v"


def test_middleware(app):
    inner = app.wsgi_app

    def middleware(environ, start_response):
        environ["MY_KEY"] = "from the middleware"
        return inner(environ, start_response)

    app.wsgi_app = middleware
    assert app.test_client().get("/environ").json["MY_KEY"] == "from the middleware"


def test_requests_are_counted(client):
    client.get("/get")
    client.get("/echo")
    assert requests.take() == Served(by_quart=2)


def test_a_client_of_a_synchronous_fixture_can_be_awaited(client):
    async def test():
        response = await client.post("/echo", form={"a": "1"}, scheme="https")
        assert response.status_code == 200
        assert (await response.get_json())["form"] == {"a": ["1"]}
        async with client.session_transaction() as session:
            session["value"] = "from the test"
        async with client:
            response = await client.get("/get")
            assert await response.get_data(as_text=True) == "from the test"
            assert quart.request.path == "/get"
        assert not quart.has_request_context()
        responses = await asyncio.gather(client.get("/get"), client.get("/get"))
        assert [response.status_code for response in responses] == [200, 200]

    asyncio.run(test())


def test_a_view_may_use_the_client(app, client):
    @app.get("/outer-sync")
    def outer_sync():
        return "sync " + quart.current_app.test_client().get("/get").text

    @app.get("/outer-async")
    async def outer_async():
        response = await quart.current_app.test_client().get("/get")
        return "async " + await response.get_data(as_text=True)

    assert client.get("/outer-sync").text == "sync nothing"
    assert client.get("/outer-async").text == "async nothing"


def test_in_memory_sqlite_of_the_test_is_seen_in_every_view(app, client):
    connection = sqlite3.connect(":memory:")  # It refuses every other thread.
    connection.execute("create table t as select 'from the test' as value")

    def value():
        return connection.execute("select value from t").fetchone()[0]

    app.add_url_rule("/sync", view_func=value)

    @app.get("/offloaded")
    async def offloaded():
        return await offload(value)

    assert client.get("/sync").text == client.get("/offloaded").text == "from the test"
    connection.close()


def test_threads_of_the_test_may_all_use_clients(app):
    def fetch(_):
        return app.test_client().get("/echo?a=1").json["args"]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(fetch, range(40))) == [{"a": ["1"]}] * 40
    assert requests.take() == Served(by_quart=40)


def test_a_test_can_wait_for_every_thread_to_end(app):
    @app.get("/offloads")
    async def offloads():
        return await offload(str, "offloaded")

    async def test():
        return await (await app.test_client().get("/offloads")).get_data(as_text=True)

    others = set(threading.enumerate())  # Some tests leave a daemon of a library behind.
    assert asyncio.run(test()) == "offloaded"
    for thread in set(threading.enumerate()) - others:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_a_live_server_of_werkzeug(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with urlopen(f"http://127.0.0.1:{server.port}/echo?a=1") as response:
            assert json.load(response)["args"] == {"a": ["1"]}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_run_starts_flasks_server(app, monkeypatch):
    started = []
    monkeypatch.setattr("werkzeug.serving.run_simple", lambda *args, **_: started.append(args))
    app.run(port=1234)
    ((host, port, served),) = started
    assert (host, port) == ("127.0.0.1", 1234)
    assert served == app
