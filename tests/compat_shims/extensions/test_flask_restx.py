"""Flask-RESTX: resources with async methods, models, arguments and the Swagger document."""

import asyncio

import pytest
from migrated import extension, on_loop, text
from quart import Quart, request

from compat_shims import as_sync, flask_app

flask_restx = extension("flask_restx")
pytestmark = pytest.mark.asyncio


class OutOfStockError(Exception):
    pass


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config["TESTING"] = True
    api = flask_restx.Api(flask_app(app), version="2.0", title="Shop", prefix="/api", doc="/docs")
    books = api.namespace("books", description="What there is to read")
    add_resources(books)

    @api.errorhandler(OutOfStockError)
    def sold_out(error):
        return {"message": "sold out"}, 410

    return app


def add_resources(books):
    book = books.model("Book", {"id": flask_restx.fields.Integer(readonly=True)})
    book["title"] = flask_restx.fields.String(required=True, max_length=5)
    paging = books.parser().add_argument("page", type=int, location="args", default=1)

    @books.route("/")
    class Books(flask_restx.Resource):
        method_decorators = (as_sync,)

        @books.expect(paging)
        async def get(self):
            return {"page": paging.parse_args()["page"], "on loop": on_loop()}

        @books.expect(book, validate=True)
        @books.marshal_with(book, code=201)
        @as_sync
        async def post(self):
            return (await request.get_json()) | {"id": 7, "secret": "hidden"}, 201

    @books.route("/<int:id_>")
    @books.response(404, "There is no such book")
    class Book(flask_restx.Resource):
        method_decorators = (as_sync,)

        async def get(self, id_):
            await asyncio.sleep(0)
            books.abort(404, f"no book {id_}")

        async def delete(self, id_):
            raise OutOfStockError

        def put(self, id_):
            return {"on loop": on_loop()}


async def test_an_async_method(client):
    response = await client.get("/api/books/?page=3")
    assert await response.get_json() == {"page": 3, "on loop": True}


async def test_a_sync_method_runs_off_the_loop(client):
    assert await (await client.put("/api/books/1")).get_json() == {"on loop": False}


async def test_an_async_method_under_its_decorators(client):
    response = await client.post("/api/books/", json={"title": "one"})
    assert response.status_code == 201
    assert await response.get_json() == {"id": 7, "title": "one"}


@pytest.mark.parametrize("book", [{}, {"title": "too long"}])
async def test_a_body_is_validated_against_the_model(client, book):
    response = await client.post("/api/books/", json=book)
    assert response.status_code == 400
    assert (await response.get_json())["message"] == "Input payload validation failed"


async def test_errors_are_json(client):
    missing = await client.get("/api/books/1")
    assert missing.status_code == 404
    assert (await missing.get_json())["message"].startswith("no book 1")
    gone = await client.delete("/api/books/1")
    assert (gone.status_code, await gone.get_json()) == (410, {"message": "sold out"})


async def test_the_document_describes_async_methods(client):
    document = await (await client.get("/api/swagger.json")).get_json()
    assert document["info"] == {"title": "Shop", "version": "2.0"}
    assert set(document["paths"]["/books/"]) == {"get", "post"}
    assert document["definitions"]["Book"]["required"] == ["title"]


async def test_the_pages_of_the_document(client):
    page = await text(await client.get("/docs"))
    assert "/swaggerui/swagger-ui.css" in page
    assert (await client.get("/swaggerui/swagger-ui.css")).status_code == 200
