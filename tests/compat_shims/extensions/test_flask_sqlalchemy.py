"""Flask-SQLAlchemy: models, its scoped session, queries and pages of results."""

import asyncio

import pytest
from migrated import extension, text
from quart import Quart, render_template

from compat_shims import flask_app, offload

flask_sqlalchemy = extension("flask_sqlalchemy")
sqlalchemy = extension("sqlalchemy")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def db():
    return flask_sqlalchemy.SQLAlchemy()


@pytest.fixture
def models(db):
    class Author(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40), unique=True, nullable=False)
        books = db.relationship("Book", back_populates="author", order_by="Book.title")

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40), nullable=False)
        author_id = db.Column(db.ForeignKey("author.id"))
        author = db.relationship("Author", back_populates="books")

    return {"Author": Author, "Book": Book}


@pytest.fixture
def app(db, models, tmp_path):
    app = Quart(__name__)
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/shop.sqlite")
    db.init_app(flask_app(app))

    @app.before_serving
    def create():
        db.create_all()

    @app.after_serving
    def dispose():
        db.engine.dispose()

    add_async_views(app, db, **models)
    add_sync_views(app, db, **models)
    return app


def add_async_views(app, db, Author, Book):  # noqa: N803  they are classes
    @app.post("/authors/<name>")
    async def add_author(name):
        def save():
            author = Author(name=name, books=[Book(title=f"{name} {n}") for n in (1, 2, 3)])
            db.session.add(author)
            db.session.commit()
            return author.id

        return {"id": await offload(save)}, 201

    @app.get("/authors/<int:id_>")
    async def author(id_):
        author = await offload(db.get_or_404, Author, id_)
        return await render_template("author.html", author=author)

    @app.get("/steps")
    async def steps():
        first = await offload(db.session)
        await offload(db.session.add, Author(name="Zoe"))
        await asyncio.sleep(0)
        await offload(db.session.flush)
        count = await offload(db.session.scalar, db.select(db.func.count(Author.id)))
        await offload(db.session.rollback)
        return {"same session": first is await offload(db.session), "count": count}

    @app.post("/lost/<name>")
    async def lost(name):
        await offload(db.session.add, Author(name=name))
        await offload(db.session.flush)
        return "not committed"


def add_sync_views(app, db, Author, Book):  # noqa: N803  they are classes
    @app.get("/count")
    def count():
        return {"authors": Author.query.count(), "books": Book.query.count()}

    @app.get("/books/<int:page>")
    def books(page):
        found = db.paginate(db.select(Book).order_by(Book.id), page=page, per_page=2)
        return {"titles": [book.title for book in found], "pages": found.pages}

    @app.errorhandler(sqlalchemy.exc.IntegrityError)
    def conflict(error):
        db.session.rollback()
        return "there is one already", 409


async def test_what_is_saved_is_found(client):
    response = await client.post("/authors/Ada")
    assert response.status_code == 201
    assert await response.get_json() == {"id": 1}
    assert await (await client.get("/count")).get_json() == {"authors": 1, "books": 3}


async def test_a_template_loads_what_it_shows(client):
    await client.post("/authors/Ada")
    assert await text(await client.get("/authors/1")) == "Ada: Ada 1, Ada 2, Ada 3"


async def test_get_or_404_in_an_async_view(client):
    assert (await client.get("/authors/9")).status_code == 404


async def test_the_steps_of_a_request_share_one_session(client):
    assert await (await client.get("/steps")).get_json() == {"same session": True, "count": 1}


async def test_a_session_without_commit_is_gone_with_its_request(client):
    await client.post("/lost/Ada")
    assert await (await client.get("/count")).get_json() == {"authors": 0, "books": 0}


async def test_pagination_reads_the_page_of_the_request(client):
    await client.post("/authors/Ada")
    response = await client.get("/books/2")
    assert await response.get_json() == {"titles": ["Ada 3"], "pages": 2}


async def test_an_error_of_the_database_reaches_its_handler(client):
    await client.post("/authors/Ada")
    response = await client.post("/authors/Ada")
    assert response.status_code == 409
    assert (await client.post("/authors/Bob")).status_code == 201


async def test_every_request_has_a_session_of_its_own(client, db):
    names = [f"author {number}" for number in range(20)]
    answers = await asyncio.gather(*(client.post(f"/authors/{name}") for name in names))
    assert {answer.status_code for answer in answers} == {201}
    assert await (await client.get("/count")).get_json() == {"authors": 20, "books": 60}
    assert db.session.registry.registry == {}
