"""WSGI middleware on `wsgi_app` sees requests that come in through ASGI."""

import asyncio
import threading

import flask
import pytest
import quart
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from compat_shims import flask_app, offload
from compat_shims.lane import in_lane

pytestmark = pytest.mark.asyncio


@pytest.fixture
def views(app):
    @app.route("/async", methods=["GET", "POST"])
    async def asynchronous():
        form = await quart.request.form
        return {
            "url": [quart.request.url, flask.request.url],
            "address": flask.request.remote_addr,
            "form": form.get("a"),
            "key": flask.request.environ.get("middleware"),
            "thread": await offload(threading.get_ident) == flask.request.environ.get("thread"),
        }

    @app.route("/sync")
    def synchronous():
        return flask.url_for("asynchronous", _external=True)

    @app.route("/error")
    async def error():
        raise KeyError("x")

    @app.route("/stream")
    def stream():
        def chunks():
            for n in range(3):
                assert in_lane()
                yield f"{n}{flask.request.path}"

        return flask.Response(flask.stream_with_context(chunks()))


async def test_proxy_fix(app, companion, client, views):
    companion.wsgi_app = ProxyFix(companion.wsgi_app, x_for=1, x_proto=1, x_host=1)
    headers = {
        "X-Forwarded-For": "9.9.9.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "shop.test",
    }
    body = await (await client.post("/async", form={"a": "b"}, headers=headers)).get_json()
    assert body["url"] == ["https://shop.test/async"] * 2
    assert body["address"] == "9.9.9.9"
    assert body["form"] == "b"
    response = await client.get("/sync", headers=headers)
    assert await response.get_data() == b"https://shop.test/async"


async def test_hand_written_middleware_runs_in_the_thread_of_the_request(
    app, companion, client, views
):
    class Middleware:
        def __init__(self, wsgi_app):
            self.wsgi_app = wsgi_app

        def __call__(self, environ, start_response):
            environ["middleware"] = "was here"
            environ["thread"] = threading.get_ident()

            def started(status, headers, exc_info=None):
                return start_response(status, [*headers, ("X-Middleware", "1")], exc_info)

            return self.wsgi_app(environ, started)

    companion.wsgi_app = Middleware(companion.wsgi_app)
    response = await client.get("/async")
    body = await response.get_json()
    assert (body["key"], body["thread"]) == ("was here", True)
    assert response.headers["X-Middleware"] == "1"


async def test_middleware_that_answers_itself(app, companion, client, views):
    def other(environ, start_response):
        start_response("200 OK", [])
        return [b"other"]

    companion.wsgi_app = DispatcherMiddleware(companion.wsgi_app, {"/other": other})
    assert await (await client.get("/other/x")).get_data() == b"other"
    assert (await client.get("/sync")).status_code == 200


async def test_middleware_around_a_stream(app, companion, exchange, views):
    order = []
    app.teardown_request(lambda error: order.append("teardown"))

    def upper(wsgi_app):
        def middleware(environ, start_response):
            body = wsgi_app(environ, start_response)
            try:
                for chunk in body:
                    order.append("chunk")
                    yield chunk.upper()
            finally:
                body.close()

        return middleware

    companion.wsgi_app = upper(companion.wsgi_app)
    assert (await exchange("/stream").run()).text == "0/STREAM1/STREAM2/STREAM"
    assert order == ["chunk", "chunk", "chunk", "teardown"]


async def test_an_error_passes_through_the_middleware(app, companion, client, views):
    seen = []

    def watching(wsgi_app):
        def middleware(environ, start_response):
            try:
                return wsgi_app(environ, start_response)
            except KeyError as error:
                seen.append(error)
                start_response("500 OOPS", [])
                return [b"middleware"]

        return middleware

    companion.wsgi_app = watching(companion.wsgi_app)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    assert await (await client.get("/error")).get_data() == b"middleware"
    assert len(seen) == 1


async def test_many_requests_over_few_threads():
    from quart.testing import QuartClient

    from compat_shims import Options, stats

    app = quart.Quart("x")
    companion = flask_app(app, Options(max_threads=3))
    companion.wsgi_app = ProxyFix(companion.wsgi_app)

    @app.route("/")
    async def view():
        await asyncio.sleep(0.001)
        return await offload(lambda: flask.request.path)

    client = QuartClient(app)
    responses = await asyncio.wait_for(asyncio.gather(*(client.get("/") for _ in range(60))), 30)
    assert {await response.get_data() for response in responses} == {b"/"}
    assert stats(app).leased == 0
    app.bridge.pool.stop_idle_threads()
