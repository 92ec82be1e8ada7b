"""Flask-Smorest: method views with schemas, pagination, entity tags and the OpenAPI document."""

import asyncio

import pytest
from migrated import extension, on_loop, text
from quart import Quart

from compat_shims import as_sync, flask_app

flask_smorest = extension("flask_smorest")
marshmallow = extension("marshmallow")
flask_views = extension("flask.views")
pytestmark = pytest.mark.asyncio


class BookSchema(marshmallow.Schema):
    id = marshmallow.fields.Int(dump_only=True)
    title = marshmallow.fields.Str(required=True)


class QuerySchema(marshmallow.Schema):
    author = marshmallow.fields.Str()


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config.update(
        TESTING=True,
        API_TITLE="Shop",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/docs",
        OPENAPI_SWAGGER_UI_PATH="/swagger",
        OPENAPI_SWAGGER_UI_URL="https://cdn.example/",
    )
    blueprint = flask_smorest.Blueprint("books", __name__, url_prefix="/books")
    add_views(blueprint)
    flask_smorest.Api(flask_app(app)).register_blueprint(blueprint)
    return app


def add_views(blueprint):
    @blueprint.route("/")
    class Books(flask_views.MethodView):
        @blueprint.arguments(QuerySchema, location="query")
        @blueprint.response(200, BookSchema(many=True))
        @blueprint.paginate()
        @as_sync
        async def get(self, query, pagination_parameters):
            pagination_parameters.item_count = 25
            first = pagination_parameters.first_item
            return [{"id": first, "title": query.get("author", "any")}]

        @blueprint.arguments(BookSchema)
        @blueprint.response(201, BookSchema)
        @as_sync
        async def post(self, book):
            await asyncio.sleep(0)
            return book | {"id": 7, "secret": on_loop()}

    @blueprint.route("/<int:id_>")
    class Book(flask_views.MethodView):
        @blueprint.etag
        @blueprint.response(200, BookSchema)
        def get(self, id_):
            return {"id": id_, "title": "off" if not on_loop() else "on"}

        @blueprint.response(204)
        @as_sync
        async def delete(self, id_):
            flask_smorest.abort(404, message=f"no book {id_}")


async def test_an_async_method_gets_and_gives_what_the_schemas_say(client):
    response = await client.post("/books/", json={"title": "one"})
    assert response.status_code == 201
    assert await response.get_json() == {"id": 7, "title": "one"}


async def test_a_body_that_the_schema_refuses(client):
    response = await client.post("/books/", json={"name": "one"})
    assert response.status_code == 422
    assert (await response.get_json())["errors"]["json"] == {
        "title": ["Missing data for required field."],
        "name": ["Unknown field."],
    }


async def test_pages(client):
    response = await client.get("/books/?author=Ada&page=2&page_size=10")
    assert await response.get_json() == [{"id": 10, "title": "Ada"}]
    assert '"total_pages": 3' in response.headers["X-Pagination"]


async def test_an_entity_tag_saves_the_body(client):
    first = await client.get("/books/1")
    assert await first.get_json() == {"id": 1, "title": "off"}
    again = await client.get("/books/1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, await text(again)) == (304, "")


async def test_errors_are_json(client):
    response = await client.delete("/books/1")
    assert response.status_code == 404
    assert await response.get_json() == {
        "code": 404,
        "status": "Not Found",
        "message": "no book 1",
    }


async def test_the_document_describes_async_methods(client):
    document = await (await client.get("/docs/openapi.json")).get_json()
    assert set(document["paths"]) == {"/books/", "/books/{id_}"}
    assert "201" in document["paths"]["/books/"]["post"]["responses"]


async def test_the_page_of_the_document(client):
    assert "https://cdn.example/swagger-ui.css" in await text(await client.get("/docs/swagger"))
