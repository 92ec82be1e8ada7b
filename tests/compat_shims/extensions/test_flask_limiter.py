"""Flask-Limiter: limits on async and sync views, counted in memory and in Redis."""

import asyncio
import os

import pytest
from migrated import extension, on_loop, text
from quart import Quart

from compat_shims import as_sync, flask_app, offload

flask_limiter = extension("flask_limiter")
flask_limiter_util = extension("flask_limiter.util")
pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["memory", "redis"])
def storage(request):
    if request.param == "memory":
        return "memory://"
    request.getfixturevalue("redis")
    return f"redis+unix://{os.fspath(request.getfixturevalue('redis_socket'))}"


@pytest.fixture
def key_asked_on_loop():
    return []


@pytest.fixture
def app(storage, key_asked_on_loop):
    app = Quart(__name__)
    app.config.update(TESTING=True, RATELIMIT_HEADERS_ENABLED=True)

    def key():
        key_asked_on_loop.append(on_loop())
        return flask_limiter_util.get_remote_address()

    limiter = flask_limiter.Limiter(key, storage_uri=storage, application_limits=["50/hour"])
    limiter.init_app(flask_app(app))
    add_views(app, limiter)

    @app.errorhandler(429)
    async def too_many(error):
        return error.response or (f"too many: {error.description}", 429)

    return app


def add_views(app, limiter):
    @app.get("/async")
    @limiter.limit("2/hour")
    @as_sync
    async def async_():
        return "async"

    @app.get("/sync")
    @limiter.limit("2/hour")
    def sync():
        return "sync"

    @app.get("/exempt")
    @limiter.exempt
    @as_sync
    async def exempt():
        return "exempt"

    def count():
        with limiter.limit("1/hour"):
            pass

    @app.get("/inside")
    async def inside():
        await offload(count)
        return "inside"

    @app.get("/breach")
    @limiter.limit("1/hour", on_breach=lambda limit: flask_app(app).make_response("custom"))
    @as_sync
    async def breach():
        return "breach"


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_the_third_call_is_one_too_many(client, path):
    answers = [await client.get(path) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert await text(answers[2]) == "too many: 2 per 1 hour"


async def test_calls_at_the_same_time_are_all_counted(client):
    answers = await asyncio.gather(*(client.get("/async") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [429] * 8


async def test_an_exempt_view_has_no_limit(client):
    answers = [await client.get("/exempt") for _ in range(60)]
    assert {answer.status_code for answer in answers} == {200}


async def test_a_limit_inside_an_async_view(client):
    answers = [await client.get("/inside") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


async def test_a_response_of_its_own_for_a_breach(client):
    answers = [await client.get("/breach") for _ in range(2)]
    assert [await text(answer) for answer in answers] == ["breach", "custom"]


async def test_limits_are_counted_off_the_loop(client, key_asked_on_loop):
    await client.get("/async")
    await client.get("/sync")
    assert key_asked_on_loop
    assert not any(key_asked_on_loop)
