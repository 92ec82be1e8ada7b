"""Redis commands that a migrated app awaits, against a real server."""

import asyncio
import os

import pytest
from serving import messages, migrated

from compat_shims import redis_asyncio
from compat_shims.guard import forbid_blocking

APP = """
    import redis
    from flask import Flask, request

    app = Flask(__name__)
    store = redis.Redis(unix_socket_path="{socket}", decode_responses=True)


    @app.post("/visits/<name>")
    def visits(name):
        store.hset("last", mapping={"name": name, "word": request.form["word"]})
        return {"count": store.incr(name), "last": store.hgetall("last")}


    @app.cli.command()
    def forget():
        store.flushall()
"""


@pytest.fixture
def app(tmp_path, redis, redis_socket):
    source = APP.replace("{socket}", os.fspath(redis_socket))
    module, report = migrated(tmp_path, source, "redis=redis.asyncio")
    assert messages(report) == []
    text = (tmp_path / "app.py").read_text()
    assert "await redis_asyncio.of(store).incr(name)" in text
    assert "    store.flushall()" in text
    return module.app


@pytest.mark.asyncio
async def test_commands_are_awaited(app, redis):
    client = app.test_client()
    with forbid_blocking():
        answers = await asyncio.gather(
            *(client.post("/visits/ada", form={"word": "x"}) for _ in range(30))
        )
    counts = [(await answer.get_json())["count"] for answer in answers]
    assert sorted(counts) == list(range(1, 31))
    assert redis.hgetall("last") == {b"name": b"ada", b"word": b"x"}


def test_each_loop_has_connections_of_its_own_and_closes_them(redis):
    async def count():
        return await redis_asyncio.of(redis).incr("count")

    assert [asyncio.run(count()) for _ in range(3)] == [1, 2, 3]
    assert len(redis.client_list()) == 1


@pytest.mark.asyncio
async def test_a_client_of_another_kind_is_called_as_it_is(redis):
    class Double(type(redis)):
        def get(self, name):
            return f"double {name}"

    double = Double(connection_pool=redis.connection_pool)
    assert await redis_asyncio.of(double).get("x") == "double x"


@pytest.mark.asyncio
async def test_a_client_with_credentials_of_its_own_is_called_as_it_is(redis, monkeypatch):
    monkeypatch.setitem(redis.connection_pool.connection_kwargs, "redis_connect_func", print)
    with pytest.raises(TypeError):
        await redis_asyncio.of(redis).get(1, 2, 3)


@pytest.mark.asyncio
async def test_errors_and_settings_are_those_of_the_client(redis):
    library = pytest.importorskip("redis")
    await redis_asyncio.of(redis).set("text", "ü")
    assert await redis_asyncio.of(redis).get("text") == "ü".encode()
    with pytest.raises(library.ResponseError):
        await redis_asyncio.of(redis).incr("text")
    nowhere = library.Redis(port=1)
    with pytest.raises(library.ConnectionError):
        await redis_asyncio.of(nowhere).get("x")
