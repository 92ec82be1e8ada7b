"""Flask-Session: sessions on the server, in files and in Redis."""

import pytest
from migrated import extension, text
from quart import Quart, flash, render_template, session

from compat_shims import flask_app, offload

flask_session = extension("flask_session")
pytestmark = pytest.mark.asyncio


def in_files(request):
    cachelib = extension("cachelib")
    folder = request.getfixturevalue("tmp_path")
    return {"SESSION_TYPE": "cachelib", "SESSION_CACHELIB": cachelib.FileSystemCache(str(folder))}


def in_redis(request):
    return {"SESSION_TYPE": "redis", "SESSION_REDIS": request.getfixturevalue("redis")}


@pytest.fixture(params=[in_files, in_redis])
def app(request):
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret", **request.param(request))
    flask_session.Session(flask_app(app))
    add_views(app)
    return app


def add_views(app):
    @app.post("/cart/<book>")
    async def add(book):
        session["cart"] = [*session.get("cart", ()), book]
        return "", 204

    @app.get("/cart")
    def cart():
        return session.get("cart", [])

    @app.post("/forget")
    async def forget():
        session.clear()
        return "", 204

    @app.post("/renew")
    async def renew():
        await offload(app.session_interface.regenerate, session)
        return "", 204

    @app.post("/flash")
    async def flash_():
        await flash("saved")
        return "", 204

    @app.get("/flashes")
    async def flashes():
        return await render_template("flashes.html")


async def test_a_session_outlives_its_request(client):
    await client.post("/cart/one")
    await client.post("/cart/two")
    assert await (await client.get("/cart")).get_json() == ["one", "two"]


async def test_the_cookie_holds_no_more_than_the_key(client):
    response = await client.post("/cart/secret-book")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "secret-book" not in cookie
    assert "HttpOnly" in cookie


async def test_clients_have_sessions_of_their_own(app, client):
    await client.post("/cart/one")
    assert await (await app.test_client().get("/cart")).get_json() == []


async def test_a_session_that_is_cleared_is_gone(client):
    await client.post("/cart/one")
    await client.post("/forget")
    assert await (await client.get("/cart")).get_json() == []


async def test_a_new_key_keeps_the_content(client):
    before = (await client.post("/cart/one")).headers["Set-Cookie"]
    after = (await client.post("/renew")).headers["Set-Cookie"]
    assert before.split(";")[0] != after.split(";")[0]
    assert await (await client.get("/cart")).get_json() == ["one"]


async def test_flashed_messages_wait_for_the_next_page(client):
    await client.post("/flash")
    assert await text(await client.get("/flashes")) == "saved"
    assert await text(await client.get("/flashes")) == ""
