"""SQLAlchemy's asyncio engine beside Flask-SQLAlchemy, on the same tables.

The way that docs/how-to/use-an-asyncio-engine.md shows: one `AsyncSession` a request, opened when
first used, closed at teardown.
"""

import asyncio

import pytest
from quart import Quart, g

from compat_shims import flask_app, offload

flask_sqlalchemy = pytest.importorskip("flask_sqlalchemy", reason="Flask-SQLAlchemy is missing")
aio = pytest.importorskip("sqlalchemy.ext.asyncio", reason="SQLAlchemy is missing")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def engine(database):
    return aio.create_async_engine(database.async_url)


@pytest.fixture
def db():
    return flask_sqlalchemy.SQLAlchemy()


@pytest.fixture
def app(db, database, engine):
    app = Quart(__name__)
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=database.url)
    db.init_app(flask_app(app))
    make_session = aio.async_sessionmaker(engine, expire_on_commit=False)

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40))

    def async_session():
        if "async_session" not in g:
            g.async_session = make_session()
        return g.async_session

    @app.teardown_appcontext
    async def close(error):
        session = g.pop("async_session", None)
        if session is not None:
            await session.close()

    add_views(app, db, Book, async_session)
    add_service(app, db, engine)
    return app


def add_views(app, db, Book, async_session):  # noqa: N803  it is a class
    count = db.select(db.func.count(Book.id))

    @app.post("/async/<title>")
    async def async_(title):
        async_session().add(Book(title=title))
        await async_session().commit()
        return {"async": await async_session().scalar(count)}

    @app.post("/sync/<title>")
    def sync(title):
        db.session.add(Book(title=title))
        db.session.commit()
        return {"sync": db.session.scalar(count)}

    @app.get("/both")
    async def both():
        seen = await async_session().scalar(count)
        return {"async": seen, "sync": await offload(db.session.scalar, count)}

    @app.post("/unfinished")
    async def unfinished():
        async_session().add(Book(title="one"))
        await async_session().flush()
        return "", 204


def add_service(app, db, engine):
    @app.before_serving
    def create():
        db.create_all()

    @app.after_serving
    async def dispose_async():
        await engine.dispose()

    @app.after_serving
    def dispose():
        db.engine.dispose()


async def test_each_sees_what_the_other_has_committed(client):
    assert await (await client.post("/async/one")).get_json() == {"async": 1}
    assert await (await client.post("/sync/two")).get_json() == {"sync": 2}
    assert await (await client.get("/both")).get_json() == {"async": 2, "sync": 2}


async def test_an_async_session_ends_with_its_request(client, engine):
    await client.post("/unfinished")
    assert engine.pool.checkedout() == 0
    assert await (await client.get("/both")).get_json() == {"async": 0, "sync": 0}


async def test_requests_at_the_same_time_have_sessions_of_their_own(client, engine):
    await asyncio.gather(*(client.post(f"/async/{number}") for number in range(8)))
    assert await (await client.get("/both")).get_json() == {"async": 8, "sync": 8}
    assert engine.pool.checkedout() == 0
