"""Flask-Executor: work in threads of its own, with the request and the app at hand."""

import asyncio
import threading

import flask
import pytest
from migrated import extension, on_loop, text
from quart import Quart

from compat_shims import flask_app, offload

flask_executor = extension("flask_executor")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def results():
    return []


@pytest.fixture
def done():
    return threading.Event()


@pytest.fixture
def app(results, done):
    app = Quart(__name__)
    app.config.update(TESTING=True, EXECUTOR_MAX_WORKERS=2, NAME="shop")
    executor = flask_executor.Executor(flask_app(app))
    add_views(app, executor, results, done)

    @app.after_serving
    def stop():
        executor.shutdown()

    return app


def add_views(app, executor, results, done):
    def work(number):
        assert not on_loop()
        name = flask.current_app.config["NAME"]
        return f"{name} {flask.request.path} {flask.g.user} {number}"

    @executor.job
    def job(number):
        results.append(work(number))

    @app.before_request
    def know_the_user():
        flask.g.user = "ada"

    @app.get("/async/<int:number>")
    async def async_(number):
        return await asyncio.wrap_future(executor.submit(work, number))

    @app.get("/sync/<int:number>")
    def sync(number):
        return executor.submit(work, number).result()

    @app.get("/map")
    async def map_():
        return await offload(lambda: list(executor.map(work, range(2))))

    @app.post("/background")
    async def background():
        job.submit(7).add_done_callback(lambda _: done.set())
        return "accepted", 202

    @app.post("/stored")
    async def stored():
        executor.submit_stored("answer", work, 42)
        return "", 204

    @app.get("/stored")
    async def get_stored():
        return await asyncio.wrap_future(executor.futures.pop("answer"))


@pytest.mark.parametrize("path", ["/async/1", "/sync/1"])
async def test_work_has_the_app_the_request_and_g(client, path):
    assert await text(await client.get(path)) == f"shop {path} ada 1"


async def test_the_same_work_for_many_values(client):
    answers = await (await client.get("/map")).get_json()
    assert answers == ["shop /map ada 0", "shop /map ada 1"]


async def test_a_job_runs_beside_the_request(client, results, done):
    assert (await client.post("/background")).status_code == 202
    assert await asyncio.to_thread(done.wait, 10)
    assert results == ["shop /background ada 7"]


async def test_a_later_request_asks_for_the_result(client):
    await client.post("/stored")
    assert await text(await client.get("/stored")) == "shop /stored ada 42"
