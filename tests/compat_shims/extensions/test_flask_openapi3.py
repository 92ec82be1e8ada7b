"""Flask-OpenAPI3 is a Flask class of its own: the Quart app mounts it."""

import flask
import pytest
from migrated import extension, on_loop
from quart import Quart, session

from compat_shims import as_sync, mount

flask_openapi3 = extension("flask_openapi3")
pydantic = extension("pydantic")
pytestmark = pytest.mark.asyncio


class BookPath(pydantic.BaseModel):
    id_: int


class BookQuery(pydantic.BaseModel):
    author: str | None = None


class Book(pydantic.BaseModel):
    title: str = pydantic.Field(max_length=5)


@pytest.fixture
def api():
    info = flask_openapi3.Info(title="Shop", version="2.0")
    api = flask_openapi3.OpenAPI("shop_api", info=info)
    books = flask_openapi3.Tag(name="books")

    @api.get("/books/<int:id_>", tags=[books])
    def book(path: BookPath, query: BookQuery):
        return {"id": path.id_, "author": query.author, "on loop": on_loop()}

    @api.post("/books", tags=[books], responses={201: Book})
    @as_sync
    async def add(body: Book):
        assert on_loop()
        return flask.make_response(body.model_dump(), 201)

    blueprint = flask_openapi3.APIBlueprint("more", "more", url_prefix="/more")

    @blueprint.get("/name")
    def name():
        return {"name": flask.session.get("name"), "address": flask.url_for("book", id_=1)}

    api.register_api(blueprint)
    return api


@pytest.fixture
def app(api):
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    mount(app, "/api", api)

    @app.post("/login/<name>")
    async def login(name):
        session["name"] = name
        return "", 204

    return app


async def test_a_view_gets_its_models(client):
    response = await client.get("/api/books/1?author=Ada")
    assert await response.get_json() == {"id": 1, "author": "Ada", "on loop": False}


async def test_a_body(client):
    response = await client.post("/api/books", json={"title": "one"})
    assert (response.status_code, await response.get_json()) == (201, {"title": "one"})


async def test_a_body_that_the_model_refuses(client):
    response = await client.post("/api/books", json={"title": "too long"})
    assert response.status_code == 422
    assert (await response.get_json())[0]["loc"] == ["title"]


async def test_a_blueprint_with_the_session_of_the_quart_app(client):
    await client.post("/login/ada")
    response = await client.get("/api/more/name")
    assert await response.get_json() == {"name": "ada", "address": "/api/books/1"}


async def test_the_document_describes_the_views(client):
    document = await (await client.get("/api/openapi/openapi.json")).get_json()
    assert document["info"] == {"title": "Shop", "version": "2.0"}
    assert set(document["paths"]) == {"/books/{id_}", "/books", "/more/name"}
