"""Flask-DebugToolbar: its panels in the pages of async and sync views."""

import pytest
from migrated import extension, text
from quart import Quart, redirect, render_template, url_for

from compat_shims import flask_app, offload

flask_sqlalchemy = extension("flask_sqlalchemy")
flask_debugtoolbar = extension("flask_debugtoolbar")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app(tmp_path):
    app = Quart(__name__)
    app.config.update(
        SECRET_KEY="secret",
        DEBUG=True,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/shop.sqlite",
        SQLALCHEMY_RECORD_QUERIES=True,
        DEBUG_TB_INTERCEPT_REDIRECTS=True,
    )
    db = flask_sqlalchemy.SQLAlchemy(flask_app(app))
    flask_debugtoolbar.DebugToolbarExtension(flask_app(app))

    @app.after_serving
    def dispose():
        db.engine.dispose()

    @app.get("/async")
    async def async_():
        await offload(db.session.scalar, db.text("select 12345"))
        return await render_template("page.html")

    @app.get("/sync")
    def sync():
        db.session.scalar(db.text("select 12345"))
        return "<html><body>sync</body></html>"

    @app.get("/away")
    async def away():
        return redirect(url_for("sync"))

    @app.get("/json")
    async def json():
        return {"page": False}

    return app


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_a_page_has_the_toolbar(client, path):
    page = await text(await client.get(path))
    assert 'id="flDebug"' in page
    assert page.index('id="flDebug"') < page.index("</body>")


async def test_it_shows_the_template_and_the_queries(client):
    page = await text(await client.get("/async"))
    assert "page.html" in page
    assert "12345" in page


async def test_a_redirect_is_shown_first(client):
    response = await client.get("/away")
    assert response.status_code == 200
    assert 'href="/sync"' in await text(response)


async def test_what_is_no_page_is_left_alone(client):
    assert await (await client.get("/json")).get_json() == {"page": False}


async def test_its_static_files(client):
    response = await client.get("/_debug_toolbar/static/css/toolbar.css")
    assert response.status_code == 200
