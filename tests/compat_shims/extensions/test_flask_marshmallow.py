"""Flask-Marshmallow: schemas of models, links to views, and instances loaded off the loop."""

import pytest
from migrated import extension
from quart import Quart, jsonify, request

from compat_shims import flask_app, offload

flask_sqlalchemy = extension("flask_sqlalchemy")
flask_marshmallow = extension("flask_marshmallow")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app(tmp_path):
    app = Quart(__name__)
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/shop.sqlite")
    db = flask_sqlalchemy.SQLAlchemy(flask_app(app))
    ma = flask_marshmallow.Marshmallow(flask_app(app))

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40), nullable=False)

    class BookSchema(ma.SQLAlchemyAutoSchema):
        class Meta:
            model = Book
            load_instance = True
            sqla_session = db.session

        links = ma.Hyperlinks({"self": ma.URLFor("book", values={"id_": "<id>"})})

    @app.before_serving
    def create():
        db.create_all()

    @app.after_serving
    def dispose():
        db.engine.dispose()

    add_views(app, db, Book, BookSchema)
    return app


def add_views(app, db, Book, BookSchema):  # noqa: N803  they are classes
    @app.post("/books")
    async def add():
        fields = await request.get_json()

        def save():
            book = BookSchema().load(fields)
            db.session.add(book)
            db.session.commit()
            return BookSchema().dump(book)

        return await offload(save), 201

    @app.get("/books")
    async def books():
        found = await offload(lambda: BookSchema(many=True).dump(Book.query.all()))
        return jsonify(found)

    @app.get("/books/<int:id_>")
    def book(id_):
        return BookSchema().jsonify(db.get_or_404(Book, id_))

    @app.errorhandler(flask_marshmallow.exceptions.MarshmallowError)
    async def refused(error):
        return {"errors": error.messages}, 422


ONE = {"id": 1, "title": "one", "links": {"self": "/books/1"}}


async def test_an_instance_is_loaded_saved_and_dumped(client):
    response = await client.post("/books", json={"title": "one"})
    assert (response.status_code, await response.get_json()) == (201, ONE)
    assert await (await client.get("/books")).get_json() == [ONE]


async def test_a_schema_answers_a_sync_view(client):
    await client.post("/books", json={"title": "one"})
    response = await client.get("/books/1")
    assert response.mimetype == "application/json"
    assert await response.get_json() == ONE


async def test_what_is_not_valid_is_refused(client):
    response = await client.post("/books", json={"titel": "one"})
    assert response.status_code == 422
    assert set((await response.get_json())["errors"]) == {"title", "titel"}
