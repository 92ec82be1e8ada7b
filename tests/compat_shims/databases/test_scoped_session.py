"""A plain `scoped_session`, which is bound to its thread, is one session a request."""

import asyncio

import pytest
from quart import Quart, g

from compat_shims import Options, flask_app, offload

sqlalchemy = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is missing")
orm = pytest.importorskip("sqlalchemy.orm", reason="SQLAlchemy is missing")
pytestmark = pytest.mark.asyncio


class Base(orm.DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    title: orm.Mapped[str]


@pytest.fixture
def engine(database):
    engine = sqlalchemy.create_engine(database.url, pool_size=4, max_overflow=0)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    return orm.scoped_session(orm.sessionmaker(engine))


@pytest.fixture
def app(session):
    app = Quart(__name__)
    app.config["TESTING"] = True
    flask_app(app, Options(max_threads=4))

    @app.before_request
    def begin():
        assert not session.registry.has()
        g.session = session()

    @app.teardown_appcontext
    def remove(error):
        session.remove()

    add_views(app, session)
    return app


def add_views(app, session):
    count = sqlalchemy.select(sqlalchemy.func.count(Book.id))

    @app.post("/async/<title>")
    async def async_(title):
        await offload(session.add, Book(title=title))
        await asyncio.sleep(0)
        same = g.session is await offload(session)
        await offload(session.commit)
        return {"same": same}

    @app.post("/sync/<title>")
    def sync(title):
        session.add(Book(title=title))
        session.commit()
        return {"same": g.session is session()}

    @app.get("/count")
    def count_():
        return {"count": session.scalar(count)}


@pytest.mark.parametrize("path", ["/async/one", "/sync/one"])
async def test_a_request_keeps_its_session(client, engine, path):
    assert await (await client.post(path)).get_json() == {"same": True}
    assert await (await client.get("/count")).get_json() == {"count": 1}
    assert engine.pool.checkedout() == 0


async def test_many_requests_over_few_threads_and_connections(client, engine):
    paths = [f"/{kind}/{number}" for number in range(20) for kind in ("async", "sync")]
    answers = await asyncio.gather(*map(client.post, paths))
    assert [await answer.get_json() for answer in answers] == [{"same": True}] * 40
    assert await (await client.get("/count")).get_json() == {"count": 40}
    assert engine.pool.checkedout() == 0
