"""A client that goes away in the middle leaves no connection checked out."""

import asyncio
import threading
from dataclasses import dataclass, field

import pytest
from leaving_client import post_and_leave
from quart import Quart, stream_with_context

from compat_shims import flask_app, offload

flask_sqlalchemy = pytest.importorskip("flask_sqlalchemy", reason="Flask-SQLAlchemy is missing")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def db():
    return flask_sqlalchemy.SQLAlchemy()


SAVED = {"/waits": 0, "/offloads": 1, "/sync": 1, "/streams": 0}
"""How many books a view has saved although its client had gone."""


@dataclass
class Visit:
    """What happens to the request of a client that goes away."""

    working: threading.Event = field(default_factory=threading.Event)
    """Set when the view has opened its transaction."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set when the client has gone."""
    order: list[str] = field(default_factory=list)


@pytest.fixture
def visit():
    return Visit()


@pytest.fixture
def app(db, database, visit):
    app = Quart(__name__)
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=database.url)
    db.init_app(flask_app(app))

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40))

    def begin(title):
        db.session.add(Book(title=title))
        db.session.flush()
        visit.working.set()

    def save(title):
        begin(title)
        visit.left.wait(30)
        db.session.commit()
        visit.order.append("committed")

    @app.teardown_appcontext
    def note(error):
        visit.order.append("torn down")

    add_views(app, begin, save)
    add_service(app, db, Book)
    return app


def add_views(app, begin, save):
    @app.post("/waits")
    async def waits():
        await offload(begin, "one")
        await asyncio.sleep(60)

    @app.post("/offloads")
    async def offloads():
        await offload(save, "one")
        return "saved"

    @app.post("/sync")
    def sync():
        save("one")
        return "saved"

    @app.post("/streams")
    async def streams():
        @stream_with_context
        async def lines():
            await offload(begin, "one")
            while True:
                yield b"line\n"
                await asyncio.sleep(0.01)

        return lines()


def add_service(app, db, Book):  # noqa: N803  it is a class
    @app.before_serving
    def create():
        db.create_all()

    @app.after_serving
    def dispose():
        db.engine.dispose()

    @app.get("/count")
    def count():
        return {"count": db.session.query(Book).count()}


async def leave(app, path, visit):
    leaves = asyncio.Event()
    call = asyncio.create_task(post_and_leave(app, path, leaves))
    assert await asyncio.to_thread(visit.working.wait, 30)
    leaves.set()
    asyncio.get_running_loop().call_later(0.1, visit.left.set)
    return await call


@pytest.mark.parametrize("path", SAVED)
async def test_the_connection_goes_back(app, client, db, visit, path):
    await leave(app, path, visit)
    async with app.app_context():
        assert db.engine.pool.checkedout() == 0
    assert db.session.registry.registry == {}
    assert await (await client.get("/count")).get_json() == {"count": SAVED[path]}


@pytest.mark.parametrize("path", ["/offloads", "/sync"])
async def test_what_a_thread_has_begun_is_ended_before_teardown(app, client, visit, path):
    visit.order.clear()
    await leave(app, path, visit)
    assert visit.order == ["committed", "torn down"]


async def test_a_crowd_that_leaves_takes_no_connection_along(app, client, db, visit):
    visit.left.set()
    await asyncio.gather(*(leave(app, path, visit) for path in [*SAVED] * 5))
    async with app.app_context():
        assert db.engine.pool.checkedout() == 0
    assert db.session.registry.registry == {}
