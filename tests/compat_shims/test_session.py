"""One session a request, opened and saved once, with any interface."""

import asyncio

import flask
import flask.sessions
import pytest
import quart
import quart.sessions

from compat_shims import flask_app, offload
from compat_shims.lane import in_lane

pytestmark = pytest.mark.asyncio


class ServerSide(flask.sessions.SessionInterface):
    """As Flask-Session has it: blocking, and keyed by a cookie."""

    def __init__(self):
        self.stored = {}
        self.calls = []

    def open_session(self, app, request):
        self.calls.append(("open", type(app).__name__, in_lane()))
        session = flask.sessions.SecureCookieSession(
            self.stored.get(request.cookies.get("sid"), {})
        )
        session.modified = False
        return session

    def save_session(self, app, session, response):
        self.calls.append(("save", type(app).__name__, in_lane()))
        self.stored["1"] = dict(session)
        response.set_cookie("sid", "1")


class Native(quart.sessions.SessionInterface):
    """As a Quart developer writes it."""

    def __init__(self):
        self.calls = []

    async def open_session(self, app, request):
        self.calls.append(("open", type(app).__name__, in_lane()))
        return quart.sessions.SecureCookieSession()

    async def save_session(self, app, session, response):
        self.calls.append(("save", type(app).__name__, in_lane(), dict(session)))


@pytest.fixture
def views(app):
    @app.route("/sync")
    def synchronous():
        flask.session["n"] = quart.session.get("n", 0) + 1
        return {"n": flask.session["n"]}

    @app.route("/async")
    async def asynchronous():
        quart.session["n"] = flask.session.get("n", 0) + 1
        return {"n": await offload(lambda: flask.session["n"])}

    @app.route("/unread")
    async def unread():
        return "x"

    @app.route("/unread-sync")
    def unread_sync():
        return "x"


@pytest.mark.parametrize("paths", [["/sync", "/sync"], ["/async", "/async"], ["/sync", "/async"]])
async def test_the_cookie_of_flask(app, client, views, paths):
    for n, path in enumerate(paths, 1):
        assert await (await client.get(path)).get_json() == {"n": n}


@pytest.mark.parametrize("paths", [["/sync", "/async"], ["/async", "/sync"]])
async def test_a_blocking_interface_works_in_the_lane(app, companion, client, views, paths):
    interface = companion.session_interface = ServerSide()
    for n, path in enumerate(paths, 1):
        assert await (await client.get(path)).get_json() == {"n": n}
    assert interface.calls == [("open", "Companion", True), ("save", "Companion", True)] * 2


async def test_an_interface_of_flask_set_on_the_app(app, client, views):
    app.session_interface = ServerSide()
    await client.get("/sync")
    assert await (await client.get("/async")).get_json() == {"n": 2}


@pytest.mark.parametrize("path", ["/sync", "/async"])
async def test_an_interface_of_quart(app, client, views, path):
    interface = app.session_interface = Native()
    assert await (await client.get(path)).get_json() == {"n": 1}
    assert interface.calls == [("open", "Quart", False), ("save", "Quart", False, {"n": 1})]


async def test_an_interface_of_quart_in_a_context_of_flask(app, companion, views):
    class Checking(Native):
        async def open_session(self, app, request):
            assert isinstance(request, quart.Request)
            return await super().open_session(app, request)

    app.session_interface = Checking()

    def work():
        with companion.test_request_context("/sync"):
            flask.session["n"] = 1
            return quart.session["n"]

    assert await asyncio.to_thread(work) == 1


async def test_an_interface_of_a_subclass():
    class Shop(quart.Quart):
        session_interface = Native()

    app = Shop("x")
    flask_app(app)

    @app.route("/")
    def view():
        flask.session["n"] = 1
        return "x"

    await quart.testing.QuartClient(app).get("/")
    assert [call[0] for call in Shop.session_interface.calls] == ["open", "save"]
    app.bridge.pool.stop_idle_threads()


@pytest.mark.parametrize(
    ("path", "vary"),
    [("/sync", "Cookie"), ("/async", "Cookie"), ("/unread", None), ("/unread-sync", None)],
)
async def test_vary_is_sent_exactly_when_the_session_was_read(app, exchange, views, path, vary):
    assert (await exchange(path).run()).headers.get("Vary") == vary


async def test_reading_by_quarts_proxy_alone_varies_too(app, exchange):
    @app.route("/")
    async def view():
        return str("n" in quart.session)

    assert (await exchange("/").run()).headers["Vary"] == "Cookie"


async def test_no_secret_key_gives_a_null_session(app, client, views):
    app.secret_key = None

    @app.route("/read")
    async def read():
        return {"n": quart.session.get("n"), "m": await offload(flask.session.get, "n")}

    assert await (await client.get("/read")).get_json() == {"n": None, "m": None}
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    assert (await client.get("/async")).status_code == 500


async def test_an_error_while_opening_is_a_500(app, client, views):
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    class Broken(ServerSide):
        def open_session(self, app, request):
            raise ConnectionError("no redis")

    app.session_interface = Broken()
    assert (await client.get("/sync")).status_code == 500
    assert (await client.get("/async")).status_code == 500


async def test_quarts_client_can_change_the_session(app, client, views):
    async with client.session_transaction() as session:
        session["n"] = 6
    assert await (await client.get("/sync")).get_json() == {"n": 7}
