"""Flask-Assets: bundles that are built off the loop, where a template asks for them."""

import re

import pytest
from migrated import extension, on_loop, text
from quart import Quart, render_template

from compat_shims import flask_app

flask_assets = extension("flask_assets")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def built_on_loop():
    return []


@pytest.fixture
def app(tmp_path, built_on_loop):
    static = tmp_path / "static"
    static.mkdir()
    (static / "one.css").write_text("one { color: red }", encoding="utf-8")
    (static / "two.css").write_text("two { color: blue }", encoding="utf-8")
    app = Quart(__name__, static_folder=str(static))
    app.config.update(TESTING=True, ASSETS_DEBUG=False)

    def upper(source, out, **options):
        built_on_loop.append(on_loop())
        out.write(source.read().upper())

    assets = flask_assets.Environment(flask_app(app))
    assets.register(
        "styles", flask_assets.Bundle("one.css", "two.css", filters=[upper], output="all.css")
    )

    @app.get("/async")
    async def async_():
        return await render_template("assets.html")

    return app


async def test_a_template_asks_for_what_is_built(client, built_on_loop):
    address = await text(await client.get("/async"))
    assert re.fullmatch(r"/static/all\.css\?\w+", address)
    response = await client.get(address)
    assert "ONE { COLOR: RED }\nTWO { COLOR: BLUE }" in await text(response)
    assert built_on_loop
    assert not any(built_on_loop)


async def test_while_developing_each_file_is_asked_for(app, client):
    app.config["ASSETS_DEBUG"] = True
    addresses = await text(await client.get("/async"))
    assert re.sub(r"\?\w+", "", addresses) == "/static/one.css/static/two.css"
