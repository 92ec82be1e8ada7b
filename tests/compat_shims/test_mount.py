"""Other WSGI apps, and whole Flask apps, in the same process."""

import asyncio

import flask
import pytest
import quart

from compat_shims import mount
from compat_shims.lane import in_lane

pytestmark = pytest.mark.asyncio


def wsgi(environ, start_response):
    keys = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "REQUEST_METHOD")
    body = environ["wsgi.input"].read() if environ.get("CONTENT_LENGTH") else b""
    text = " ".join([*(environ[key] for key in keys), body.decode(), str(in_lane())])
    start_response("201 CREATED", [("Content-Type", "text/plain"), ("X-From", "wsgi")])
    return [text.encode()]


@pytest.fixture
def native(app):
    @app.route("/native")
    async def native():
        return "native"


async def test_under_a_prefix(app, client, native):
    mount(app, "/old", wsgi)
    response = await client.post("/old/a//b?c=d", data="body", headers={"Content-Length": "4"})
    assert response.status_code == 201
    assert response.headers["X-From"] == "wsgi"
    assert await response.get_data() == b"/old /a//b c=d POST body True"
    assert await (await client.get("/old")).get_data() == b"/old   GET  True"
    assert await (await client.get("/old/")).get_data() == b"/old /  GET  True"
    assert (await client.open("/old/x", method="PROPFIND")).status_code == 201
    assert await (await client.get("/native")).get_data() == b"native"
    assert (await client.get("/older")).status_code == 404


async def test_as_the_fallback(app, client, native):
    mount(app, "", wsgi)
    assert await (await client.get("/native")).get_data() == b"native"
    assert await (await client.get("/else")).get_data() == b" /else  GET  True"
    assert await (await client.get("/")).get_data() == b" /  GET  True"
    assert await (await client.post("/native")).get_data() == b" /native  POST  True"


async def test_hooks_of_the_app_run_around_it(app, client):
    mount(app, "/old", wsgi)

    @app.before_request
    def before():
        return ("stopped", 403) if flask.request.args.get("stop") else None

    @app.after_request
    async def after(response):
        response.headers["X-After"] = "1"
        return response

    assert (await client.get("/old/?stop=1")).status_code == 403
    assert (await client.get("/old/")).headers["X-After"] == "1"


async def test_a_stream_is_iterated_in_the_lane_and_closed(app, exchange):
    closed = []

    class Body:
        def __iter__(self):
            for n in range(3):
                assert in_lane()
                yield str(n).encode()

        def close(self):
            closed.append(in_lane())

    def streaming(environ, start_response):
        start_response("200 OK", [])
        return Body()

    mount(app, "/old", streaming)
    assert (await exchange("/old/").run()).chunks == [b"0", b"1", b"2"]
    assert closed == [True]


async def test_write_and_a_late_start(app, client):
    def late(environ, start_response):
        write = start_response("200 OK", [])
        write(b"written ")
        yield b"yielded"

    mount(app, "/old", late)
    assert await (await client.get("/old/")).get_data() == b"written yielded"


@pytest.fixture
def old(app):
    old = flask.Flask("old")

    @old.route("/session")
    def session():
        flask.session["n"] = flask.session.get("n", 0) + 1
        flask.g.seen = True
        return {"n": flask.session["n"], "app": flask.current_app.name, "g": flask.g.outer}

    @old.route("/form", methods=["POST"])
    def form():
        return flask.request.form["a"] + flask.url_for("form")

    @old.route("/stream")
    def stream():
        def chunks():
            yield flask.request.path
            yield flask.current_app.name

        return flask.Response(flask.stream_with_context(chunks()))

    @old.route("/error")
    def error():
        raise KeyError("x")

    @app.before_request
    def before():
        flask.g.outer = "outer"

    return old


async def test_a_flask_app_shares_session_and_g(app, client, old):
    mount(app, "/old", old)
    seen = []

    @app.route("/new")
    async def new():
        quart.session["n"] = quart.session.get("n", 0) + 10
        return {"n": quart.session["n"]}

    @app.after_request
    def after(response):
        seen.append((flask.g.get("seen"), flask.current_app.name))
        return response

    assert await (await client.get("/new")).get_json() == {"n": 10}
    body = {"n": 11, "app": "old", "g": "outer"}
    assert await (await client.get("/old/session")).get_json() == body
    assert await (await client.get("/new")).get_json() == {"n": 21}
    assert seen == [(None, "shop"), (True, "shop"), (None, "shop")]


async def test_a_flask_app_shares_configuration_and_error_pages(app, client, old):
    app.config.update(TESTING=False, SHARED="yes")
    old.config["OWN"] = "own"
    mount(app, "", old)

    @app.errorhandler(404)
    def not_found(error):
        return "page of the shop", 404

    @app.errorhandler(KeyError)
    def key_error(error):
        return "handled by the shop", 418

    assert old.config["SHARED"] == "yes"
    assert old.config["SECRET_KEY"] == "test"
    assert old.config["OWN"] == "own"
    assert await (await client.get("/nowhere")).get_data() == b"page of the shop"
    assert (await client.get("/error")).status_code == 418


async def test_a_form_and_a_stream_of_a_flask_app(app, client, exchange, old):
    @app.before_request
    def reads_first():
        flask.request.form.get("a")

    mount(app, "/old", old)
    assert await (await client.post("/old/form", form={"a": "b"})).get_data() == b"b/old/form"
    assert (await exchange("/old/stream").run()).text == "/streamold"


async def test_many_requests_of_a_mounted_app_at_once(app, client, old):
    mount(app, "/old", old)
    responses = await asyncio.gather(*(client.get("/old/session") for _ in range(50)))
    assert {(await response.get_json())["n"] for response in responses} <= set(range(1, 51))


@pytest.mark.parametrize("prefix", ["old", "/old/", "/"])
async def test_a_prefix_that_cannot_be(app, prefix):
    with pytest.raises(ValueError, match='a prefix like "/legacy"'):
        mount(app, prefix, wsgi)
