"""More requests than threads: a bounded queue, then 503, and nothing lost."""

import asyncio
import threading

import flask
import pytest
import quart
from quart.testing import QuartClient

from compat_shims import Options, flask_app, offload, stats

pytestmark = pytest.mark.asyncio


def make_app(**options):
    app = quart.Quart("small")
    app.config["TESTING"] = True
    flask_app(app, Options(**options))
    return app


async def until_leased(app):
    while stats(app).leased == 0:  # noqa: ASYNC110  threads tell no event
        await asyncio.sleep(0.001)


async def test_requests_wait_for_a_thread():
    app = make_app(max_threads=2)

    @app.route("/")
    def view():
        threading.Event().wait(0.01)
        return "x"

    client = QuartClient(app)
    responses = await asyncio.gather(*(client.get("/") for _ in range(20)))
    assert {response.status_code for response in responses} == {200}
    assert stats(app).threads == 2
    assert stats(app).leased == 0


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_full_queue_is_answered_as_503(kind):
    app = make_app(max_threads=1, queue_limit=0)
    release = threading.Event()
    torn_down = []
    app.teardown_request(lambda error: torn_down.append(type(error).__name__))

    @app.route("/hold")
    def hold():
        release.wait(5)
        return "held"

    async def asynchronous():
        return await offload(str, "x")

    app.add_url_rule("/", "view", asynchronous if kind == "async" else lambda: "x")
    client = QuartClient(app)
    holding = asyncio.create_task(client.get("/hold"))
    await until_leased(app)
    refused = await client.get("/")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert torn_down == ["QueueFullError"]
    release.set()
    assert (await holding).status_code == 200
    assert (await client.get("/")).status_code == 200
    assert stats(app).refused == 1


async def test_an_async_handler_makes_the_503_page():
    app = make_app(max_threads=1, queue_limit=0)
    release = threading.Event()

    @app.errorhandler(503)
    async def busy(error):
        return {"busy": str(error)}, 503

    @app.route("/hold")
    def hold():
        release.wait(5)
        return "held"

    client = QuartClient(app)
    holding = asyncio.create_task(client.get("/hold"))
    await until_leased(app)
    refused = await client.get("/hold")
    assert refused.status_code == 503
    assert "1 of 1 threads are leased" in (await refused.get_json())["busy"]
    release.set()
    await holding


async def test_a_request_that_waits_for_another_of_the_same_app_is_answered():
    app = make_app(max_threads=1, queue_timeout=0.05)
    client = QuartClient(app)

    @app.route("/inner")
    def inner():
        return "inner"

    @app.route("/outer")
    async def outer():
        await offload(flask.session.get, "n")
        response = await client.get("/inner")
        return {"inner": response.status_code}

    response = await asyncio.wait_for(client.get("/outer"), 5)
    assert await response.get_json() == {"inner": 503}


async def test_many_requests_that_hop_and_offload_over_few_threads():
    app = make_app(max_threads=4)

    def decorator(view):
        def wrapper(*args, **kwargs):
            flask.g.x = 1
            return flask.current_app.ensure_sync(view)(*args, **kwargs)

        return wrapper

    @app.route("/")
    @decorator
    async def view():
        await asyncio.sleep(0.001)
        return await offload(lambda: f"{flask.g.x}{threading.get_ident() > 0}")

    client = QuartClient(app)
    responses = await asyncio.wait_for(asyncio.gather(*(client.get("/") for _ in range(200))), 30)
    assert {await response.get_data() for response in responses} == {b"1True"}


async def test_shutting_down_waits_for_the_lanes():
    app = make_app(max_threads=1)
    ended = []

    @app.route("/")
    def view():
        threading.Event().wait(0.05)
        ended.append("view")
        return "x"

    async with app.test_app():
        request = asyncio.create_task(QuartClient(app).get("/"))
        await until_leased(app)
    assert ended == ["view"]
    assert stats(app).threads == 0
    await request


async def test_stats_count():
    app = make_app()

    @app.route("/")
    def view():
        threading.Event().wait(0.01)
        return "x"

    await QuartClient(app).get("/")
    counted = stats(app)
    assert counted.leases == 1
    assert counted.jobs == 1
    assert counted.hops == 0
    assert counted.run_seconds >= 0.01
    assert counted.wait_seconds == 0


async def test_without_affinity_a_request_holds_no_thread_between_calls():
    app = make_app(affinity=False, max_threads=2)
    app.before_request(lambda: flask.g.setdefault("x", 1) and None)

    @app.route("/")
    async def view():
        await offload(lambda: flask.g.setdefault("y", 2))
        leased = stats(app).leased
        both = await asyncio.gather(*(offload(lambda: flask.g.x + flask.g.y) for _ in range(2)))
        return {"leased": leased, "both": both}

    @app.route("/sync")
    def synchronous():
        return {"x": flask.g.x}

    client = QuartClient(app)
    assert await (await client.get("/")).get_json() == {"leased": 0, "both": [3, 3]}
    assert await (await client.get("/sync")).get_json() == {"x": 1}
