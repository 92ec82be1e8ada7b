"""Flask-Caching: cached views, functions and template fragments, in memory and in Redis."""

import itertools
import os

import pytest
from migrated import extension, on_loop, text
from quart import Quart, render_template

from compat_shims import as_sync, flask_app, offload

flask_caching = extension("flask_caching")
pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["simple", "redis"])
def settings(request):
    if request.param == "simple":
        return {"CACHE_TYPE": "SimpleCache"}
    request.getfixturevalue("redis")
    socket = os.fspath(request.getfixturevalue("redis_socket"))
    return {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": f"unix://{socket}"}


@pytest.fixture
def app(settings):
    app = Quart(__name__)
    app.config.update(TESTING=True, **settings)
    cache = flask_caching.Cache(flask_app(app), config=settings)
    add_views(app, cache, itertools.count(1))
    add_function_views(app, cache, itertools.count(1))
    return app


def add_views(app, cache, calls):
    @app.get("/async")
    @cache.cached(timeout=60)
    @as_sync
    async def async_():
        return {"call": next(calls), "on loop": on_loop()}

    @app.get("/sync")
    @cache.cached(timeout=60)
    def sync():
        return {"call": next(calls)}

    @app.get("/query")
    @cache.cached(timeout=60, query_string=True)
    @as_sync
    async def query():
        return {"call": next(calls)}

    @app.get("/response")
    @cache.cached(timeout=60)
    @as_sync
    async def response():
        return f"call {next(calls)}", 203, {"X-Call": "yes"}

    @app.get("/page")
    async def page():
        return await render_template("cached.html", call=next(calls))


def add_function_views(app, cache, calls):
    @cache.memoize(60)
    def double(number):
        return {"call": next(calls), "double": number * 2}

    @app.get("/memoized/<int:number>")
    async def memoized(number):
        return await offload(double, number)

    @app.delete("/memoized/<int:number>")
    async def forget(number):
        await offload(cache.delete_memoized, double, number)
        return "", 204

    @app.put("/key/<value>")
    async def put(value):
        await offload(cache.set, "key", value)
        return "", 204

    @app.get("/key")
    def get():
        return {"key": cache.get("key")}


@pytest.mark.parametrize("path", ["/async", "/sync", "/query"])
async def test_a_view_is_called_once(client, path):
    first = await (await client.get(path)).get_json()
    assert first["call"] == 1
    assert await (await client.get(path)).get_json() == first


async def test_an_async_view_stays_on_the_loop(client):
    assert (await (await client.get("/async")).get_json())["on loop"]


async def test_the_query_may_be_part_of_the_key(client):
    answers = [await (await client.get(f"/query?page={page}")).get_json() for page in (1, 2, 1)]
    assert [answer["call"] for answer in answers] == [1, 2, 1]


async def test_status_and_headers_are_cached_as_well(client):
    for _ in range(2):
        response = await client.get("/response")
        assert await text(response) == "call 1"
        assert (response.status_code, response.headers["X-Call"]) == (203, "yes")


async def test_a_part_of_a_template(client):
    assert await text(await client.get("/page")) == "now 1, cached 1"
    assert await text(await client.get("/page")) == "now 2, cached 1"


async def test_a_function_is_called_once_an_argument(client):
    paths = ["/memoized/2", "/memoized/3", "/memoized/2"]
    answers = [await (await client.get(path)).get_json() for path in paths]
    assert [answer["call"] for answer in answers] == [1, 2, 1]
    await client.delete("/memoized/2")
    assert await (await client.get("/memoized/2")).get_json() == {"call": 3, "double": 4}


async def test_a_key_set_in_an_async_view_is_read_in_a_sync_one(client):
    await client.put("/key/value")
    assert await (await client.get("/key")).get_json() == {"key": "value"}
