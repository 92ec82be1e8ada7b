"""Flask-CORS: the headers that let a browser call from another site."""

import pytest
from migrated import extension
from quart import Quart

from compat_shims import as_sync, flask_app

flask_cors = extension("flask_cors")
pytestmark = pytest.mark.asyncio

SHOP = "https://shop.example"
OTHER = "https://other.example"


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config["TESTING"] = True
    flask_cors.CORS(flask_app(app), resources={"/api/*": {"origins": SHOP, "max_age": 600}})

    @app.route("/api/books", methods=["GET", "POST"])
    async def books():
        return {"books": []}

    @app.get("/api/sync")
    def sync():
        return {"books": []}

    @app.get("/api/boom")
    async def boom():
        return {"boom": 1 / 0}

    @app.errorhandler(ZeroDivisionError)
    async def handle(error):
        return {"error": str(error)}, 500

    @app.get("/open")
    @flask_cors.cross_origin(origins=[OTHER], supports_credentials=True)
    @as_sync
    async def open_():
        return {"open": True}

    @app.get("/closed")
    async def closed():
        return {"open": False}

    return app


def allowed(response):
    return response.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("path", ["/api/books", "/api/sync"])
async def test_a_known_site_may_read(client, path):
    response = await client.get(path, headers={"Origin": SHOP})
    assert await response.get_json() == {"books": []}
    assert allowed(response) == SHOP


async def test_an_unknown_site_may_not(client):
    assert allowed(await client.get("/api/books", headers={"Origin": OTHER})) is None
    assert allowed(await client.get("/closed", headers={"Origin": SHOP})) is None


async def test_an_error_page_has_the_headers_as_well(client):
    response = await client.get("/api/boom", headers={"Origin": SHOP})
    assert response.status_code == 500
    assert allowed(response) == SHOP


async def test_a_preflight_is_answered(client):
    headers = {"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    response = await client.options("/api/books", headers=headers)
    assert response.status_code == 200
    assert allowed(response) == SHOP
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Max-Age"] == "600"


async def test_one_async_view_may_be_opened(client):
    response = await client.get("/open", headers={"Origin": OTHER})
    assert await response.get_json() == {"open": True}
    assert allowed(response) == OTHER
    assert response.headers["Access-Control-Allow-Credentials"] == "true"


async def test_a_preflight_of_one_view(client):
    headers = {"Origin": OTHER, "Access-Control-Request-Method": "GET"}
    response = await client.options("/open", headers=headers)
    assert response.status_code == 200
    assert allowed(response) == OTHER
