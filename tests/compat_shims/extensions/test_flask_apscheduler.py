"""Flask-APScheduler: jobs in threads of its own, and its pages."""

import asyncio
import threading

import flask
import pytest
from migrated import extension, on_loop
from quart import Quart

from compat_shims import flask_app, offload

flask_sqlalchemy = extension("flask_sqlalchemy")
flask_apscheduler = extension("flask_apscheduler")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def done():
    return threading.Event()


@pytest.fixture
def scheduler():
    return flask_apscheduler.APScheduler()


@pytest.fixture
def app(tmp_path, scheduler, done):
    app = Quart(__name__)
    app.config.update(
        TESTING=True,
        SCHEDULER_API_ENABLED=True,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/shop.sqlite",
    )
    db = flask_sqlalchemy.SQLAlchemy(flask_app(app))
    scheduler.init_app(flask_app(app))

    class Visit(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    @scheduler.task("interval", id="count", hours=1)
    def count():
        with scheduler.app.app_context():
            assert not on_loop()
            assert flask.current_app == app
            db.session.add(Visit())
            db.session.commit()
        done.set()

    add_views(app, scheduler, db, Visit)
    return app


def add_views(app, scheduler, db, Visit):  # noqa: N803  it is a class
    @app.before_serving
    async def start():
        await offload(db.create_all)
        scheduler.start()

    @app.after_serving
    def stop():
        scheduler.shutdown()
        db.engine.dispose()

    @app.post("/now")
    async def now():
        await offload(scheduler.run_job, "count")
        return "", 204

    @app.post("/soon")
    async def soon():
        await offload(scheduler.add_job, "soon", scheduler.get_job("count").func, trigger="date")
        return "", 204

    @app.get("/count")
    async def count():
        return {"visits": await offload(db.session.query(Visit).count)}


async def test_a_job_writes_to_the_database_of_the_app(client, done):
    await client.post("/soon")
    assert await asyncio.to_thread(done.wait, 10)
    assert await (await client.get("/count")).get_json() == {"visits": 1}


async def test_a_request_runs_a_job(client):
    await client.post("/now")
    assert await (await client.get("/count")).get_json() == {"visits": 1}


async def test_its_pages(client, scheduler):
    jobs = await (await client.get("/scheduler/jobs")).get_json()
    assert [(job["id"], job["hours"]) for job in jobs] == [("count", 1)]
    response = await client.post("/scheduler/jobs/count/pause")
    assert (await response.get_json())["next_run_time"] is None
    assert (await client.delete("/scheduler/jobs/count")).status_code == 204
    assert scheduler.get_jobs() == []


async def test_the_app_knows_its_scheduler(app, scheduler):
    assert app.apscheduler is scheduler
