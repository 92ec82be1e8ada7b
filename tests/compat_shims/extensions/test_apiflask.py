"""APIFlask is a Flask class of its own: the Quart app mounts it, and shares its session with it."""

import flask
import pytest
from migrated import extension, on_loop, text
from quart import Quart, session

from compat_shims import as_sync, mount

apiflask = extension("apiflask")
marshmallow = extension("marshmallow")
pytestmark = pytest.mark.asyncio


class BookIn(apiflask.Schema):
    title = apiflask.fields.String(required=True, validate=marshmallow.validate.Length(max=5))


class BookOut(apiflask.Schema):
    id = apiflask.fields.Integer()
    title = apiflask.fields.String()


@pytest.fixture
def api():
    api = apiflask.APIFlask("shop_api", title="Shop", version="2.0")
    api.config["TESTING"] = True
    auth = apiflask.HTTPTokenAuth()
    auth.verify_token(lambda token: "ada" if token == "good" else None)

    @api.post("/books")
    @api.input(BookIn)
    @api.output(BookOut, status_code=201)
    @as_sync
    async def add(json_data):
        return json_data | {"id": 7, "secret": "hidden"}

    @api.get("/books/<int:id_>")
    @api.output(BookOut)
    def book(id_):
        if id_ > 7:
            apiflask.abort(404, f"no book {id_}")
        return {"id": id_, "title": "off the loop" if not on_loop() else "on the loop"}

    @api.get("/mine")
    @api.auth_required(auth)
    def mine():
        return {"user": auth.current_user, "session": flask.session.get("name")}

    @api.get("/address")
    def address():
        return flask.url_for("book", id_=1)

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


async def test_an_async_view_gets_and_gives_what_its_schemas_say(client):
    response = await client.post("/api/books", json={"title": "one"})
    assert response.status_code == 201
    assert await response.get_json() == {"id": 7, "title": "one"}


async def test_a_body_that_the_schema_refuses(client):
    response = await client.post("/api/books", json={"title": "too long"})
    assert response.status_code == 422
    assert (await response.get_json())["detail"] == {
        "json": {"title": ["Longer than maximum length 5."]}
    }


async def test_a_sync_view_runs_off_the_loop(client):
    response = await client.get("/api/books/1")
    assert await response.get_json() == {"id": 1, "title": "off the loop"}


async def test_errors_are_json(client):
    response = await client.get("/api/books/8")
    assert response.status_code == 404
    assert (await response.get_json())["message"] == "no book 8"


async def test_its_authentication_and_the_session_of_the_quart_app(client):
    await client.post("/login/ada")
    assert (await client.get("/api/mine")).status_code == 401
    response = await client.get("/api/mine", headers={"Authorization": "Bearer good"})
    assert await response.get_json() == {"user": "ada", "session": "ada"}


async def test_its_addresses_have_the_prefix(client):
    assert await text(await client.get("/api/address")) == "/api/books/1"


async def test_the_document_and_its_page(client):
    document = await (await client.get("/api/openapi.json")).get_json()
    assert document["info"] == {"title": "Shop", "version": "2.0"}
    assert "/books/{id_}" in document["paths"]
    assert "/api/openapi.json" in await text(await client.get("/api/docs"))
