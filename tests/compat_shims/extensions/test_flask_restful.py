"""Flask-RESTful: resources with async methods, arguments, fields and errors."""

import asyncio

import pytest
from migrated import extension, on_loop, text
from quart import Quart, request

from compat_shims import as_sync, flask_app

flask_restful = extension("flask_restful")
fields = extension("flask_restful.fields")
reqparse = extension("flask_restful.reqparse")
pytestmark = pytest.mark.asyncio

BOOK = {"id": fields.Integer, "title": fields.String}


class Book(flask_restful.Resource):
    """Its methods are async: `as_sync` shows them to Flask-RESTful as it expects them."""

    method_decorators = (as_sync,)

    async def get(self, id_):
        await asyncio.sleep(0)
        if id_ > 2:
            flask_restful.abort(404, message=f"no book {id_}")
        return {"id": id_, "on loop": on_loop()}

    async def put(self, id_):
        title = (await request.get_json())["title"]
        return {"id": id_, "title": title}, 201, {"X-Book": str(id_)}

    async def delete(self, id_):
        raise OutOfStockError


class Marshalled(flask_restful.Resource):
    method_decorators = (as_sync, flask_restful.marshal_with(BOOK))

    async def get(self):
        return {"id": "7", "title": "one", "secret": "hidden"}


class Books(flask_restful.Resource):
    """Its methods stay sync."""

    parser = reqparse.RequestParser()
    parser.add_argument("page", type=int, required=True, location="values", help="it is a number")

    @flask_restful.marshal_with(BOOK)
    def get(self):
        return [{"id": self.parser.parse_args()["page"], "title": "one", "secret": "hidden"}]

    def post(self):
        return {"page": self.parser.parse_args()["page"], "on loop": on_loop()}, 201


class OutOfStockError(Exception):
    pass


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    errors = {"OutOfStockError": {"message": "sold out", "status": 410}}
    api = flask_restful.Api(flask_app(app), prefix="/api", errors=errors)
    api.add_resource(Book, "/books/<int:id_>")
    api.add_resource(Marshalled, "/marshalled")
    api.add_resource(Books, "/books")

    @api.representation("text/csv")
    def csv(data, code, headers):
        return flask_app(app).make_response((",".join(map(str, data.values())), code, headers))

    @app.get("/plain")
    async def plain():
        return "plain"

    return app


async def test_an_async_method(client):
    response = await client.get("/api/books/1")
    assert await response.get_json() == {"id": 1, "on loop": True}


async def test_status_and_headers(client):
    response = await client.put("/api/books/1", json={"title": "one"})
    assert (response.status_code, response.headers["X-Book"]) == (201, "1")
    assert await response.get_json() == {"id": 1, "title": "one"}


async def test_a_decorator_of_the_extension_over_an_async_method(client):
    response = await client.get("/api/marshalled")
    assert await response.get_json() == {"id": 7, "title": "one"}


async def test_a_sync_method_runs_off_the_loop(client):
    response = await client.post("/api/books", form={"page": "3"})
    assert await response.get_json() == {"page": 3, "on loop": False}


async def test_arguments_are_parsed_and_fields_marshalled(client):
    response = await client.get("/api/books?page=2")
    assert await response.get_json() == [{"id": 2, "title": "one"}]


async def test_a_wrong_argument_is_explained(client):
    response = await client.post("/api/books", form={"page": "x"})
    assert response.status_code == 400
    assert await response.get_json() == {"message": {"page": "it is a number"}}


async def test_errors_are_json(client):
    missing = await client.get("/api/books/3")
    assert (missing.status_code, await missing.get_json()) == (404, {"message": "no book 3"})
    refused = await client.post("/api/books/1")
    assert refused.status_code == 405
    assert "message" in await refused.get_json()


async def test_an_error_of_the_app_has_the_answer_that_it_was_given(client):
    response = await client.delete("/api/books/1")
    assert (response.status_code, (await response.get_json())["message"]) == (410, "sold out")


async def test_another_representation(client):
    response = await client.get("/api/marshalled", headers={"Accept": "text/csv"})
    assert response.mimetype == "text/csv"
    assert await text(response) == "7,one"


async def test_views_beside_the_api_are_left_alone(client):
    assert await text(await client.get("/plain")) == "plain"
    missing = await client.get("/missing")
    assert missing.mimetype == "text/html"
