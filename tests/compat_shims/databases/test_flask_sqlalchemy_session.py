"""Flask-SQLAlchemy has one session a request, whatever the thread, and gives it back."""

import asyncio

import pytest
from quart import Quart, g, render_template_string

from compat_shims import Options, flask_app, offload

flask_sqlalchemy = pytest.importorskip("flask_sqlalchemy", reason="Flask-SQLAlchemy is missing")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def db():
    return flask_sqlalchemy.SQLAlchemy()


@pytest.fixture
def app(db, database):
    app = Quart(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=database.url)
    db.init_app(flask_app(app, Options(max_threads=4)))

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40), unique=True)

    @app.before_serving
    def create():
        db.create_all()

    @app.after_serving
    def dispose():
        db.engine.dispose()

    add_hooks(app, db)
    add_views(app, db, Book)
    return app


def add_hooks(app, db):
    @app.before_request
    def first():
        g.sessions = [id(db.session())]

    @app.context_processor
    def note_session():
        g.sessions.append(id(db.session()))
        return {}

    @app.after_request
    def last(response):
        g.sessions.append(id(db.session()))
        response.headers["X-Sessions"] = f"{len(set(g.sessions))} of {len(g.sessions)}"
        return response


def add_views(app, db, Book):  # noqa: N803  it is a class
    count = db.select(db.func.count(Book.id))

    @app.get("/sessions")
    async def sessions():
        async def nested():
            g.sessions.append(await offload(lambda: id(db.session())))

        await asyncio.gather(nested(), nested())
        await asyncio.sleep(0)
        return await render_template_string("{{ g.sessions | length }}")

    @app.post("/books/<title>")
    async def add(title):
        seen = []
        await offload(db.session.add, Book(title=title))
        seen.append(await offload(db.session.scalar, count))
        await offload(db.session.rollback)
        seen.append(await offload(db.session.scalar, count))
        await offload(db.session.add, Book(title=title))
        await offload(db.session.commit)
        seen.append(await offload(db.session.scalar, count))
        return {"seen": seen}

    @app.post("/unfinished/<title>")
    async def unfinished(title):
        await offload(db.session.add, Book(title=title))
        await offload(db.session.flush)
        return {"checked out": db.engine.pool.checkedout()}

    @app.post("/broken/<title>")
    async def broken(title):
        await offload(db.session.add, Book(title=title))
        await offload(db.session.flush)
        raise asyncio.InvalidStateError

    @app.get("/count")
    def count_():
        return {"count": db.session.scalar(count)}


async def counted(client):
    return (await (await client.get("/count")).get_json())["count"]


async def test_hooks_offloads_and_templates_share_one_session(client):
    response = await client.get("/sessions")
    assert await response.get_data(as_text=True) == "4"
    assert response.headers["X-Sessions"] == "1 of 5"


async def test_commit_and_rollback_are_seen_in_order(client):
    response = await client.post("/books/one")
    assert await response.get_json() == {"seen": [1, 0, 1]}
    assert await counted(client) == 1


@pytest.mark.parametrize(("path", "status"), [("/unfinished/one", 200), ("/broken/one", 500)])
async def test_what_was_not_committed_is_rolled_back_at_teardown(app, client, db, path, status):
    assert (await client.post(path)).status_code == status
    async with app.app_context():
        assert db.engine.pool.checkedout() == 0
    assert db.session.registry.registry == {}
    assert await counted(client) == 0


async def test_requests_at_the_same_time_have_sessions_of_their_own(app, client, db):
    answers = await asyncio.gather(*(client.post(f"/books/{number}") for number in range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert await counted(client) == 24
    async with app.app_context():
        assert db.engine.pool.checkedout() == 0
    assert db.session.registry.registry == {}
