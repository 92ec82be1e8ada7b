"""Flask-Babel: translated texts and formatted values, in views and templates."""

from datetime import date

import flask
import pytest
from migrated import extension, text
from quart import Quart, render_template

from compat_shims import flask_app, offload

flask_babel = extension("flask_babel")
babel_mofile = extension("babel.messages.mofile")
babel_catalog = extension("babel.messages.catalog")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def translations(tmp_path):
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = babel_catalog.Catalog(locale="de")
    catalog.add("Hello", "Hallo")
    catalog.add("Book", "Buch")
    catalog.add(("%(num)d book", "%(num)d books"), ("%(num)d Buch", "%(num)d Bücher"))
    with (folder / "messages.mo").open("wb") as file:
        babel_mofile.write_mo(file, catalog)
    return tmp_path


@pytest.fixture
def app(translations):
    app = Quart(__name__)
    app.config.update(TESTING=True, BABEL_TRANSLATION_DIRECTORIES=str(translations))
    flask_babel.Babel(
        flask_app(app),
        locale_selector=lambda: flask.request.accept_languages.best_match(["en", "de"]),
        timezone_selector=lambda: flask.request.args.get("zone", "UTC"),
    )
    add_views(app)

    return app


def add_views(app):
    lazy = flask_babel.lazy_gettext("Book")

    @app.get("/async")
    async def async_():
        return f"{flask_babel.gettext('Hello')} {lazy} {flask_babel.ngettext(*BOOKS, 2)}"

    @app.get("/sync")
    def sync():
        return f"{flask_babel.gettext('Hello')} {lazy} {flask_babel.ngettext(*BOOKS, 2)}"

    @app.get("/offloaded")
    async def offloaded():
        return await offload(flask_babel.gettext, "Hello")

    @app.get("/date")
    async def date_():
        return flask_babel.format_date(date(2024, 5, 1), "long")

    @app.get("/page")
    async def page():
        return await render_template("babel.html", lazy=lazy, price=1234.5)

    @app.get("/forced")
    async def forced():
        with flask_babel.force_locale("de"):
            return flask_babel.gettext("Hello")

    @app.get("/zone")
    def zone():
        return str(flask_babel.get_timezone())


BOOKS = ("%(num)d book", "%(num)d books")
GERMAN = {"Accept-Language": "de"}
ENGLISH = {"Accept-Language": "en"}


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_a_text_is_in_the_language_of_the_request(client, path):
    assert await text(await client.get(path, headers=GERMAN)) == "Hallo Buch 2 Bücher"
    assert await text(await client.get(path, headers=ENGLISH)) == "Hello Book 2 books"


async def test_the_language_is_known_in_the_lane(client):
    assert await text(await client.get("/offloaded", headers=GERMAN)) == "Hallo"


async def test_dates_are_written_as_in_the_language(client):
    assert await text(await client.get("/date", headers=GERMAN)) == "1. Mai 2024"
    assert await text(await client.get("/date", headers=ENGLISH)) == "May 1, 2024"


async def test_templates_are_translated(client):
    assert await text(await client.get("/page", headers=GERMAN)) == "Hallo Buch 1 Buch 1.234,5"
    assert await text(await client.get("/page", headers=ENGLISH)) == "Hello Book 1 book 1,234.5"


async def test_a_language_may_be_forced(client):
    assert await text(await client.get("/forced", headers=ENGLISH)) == "Hallo"


async def test_the_time_zone_is_selected_for_each_request(client):
    assert await text(await client.get("/zone?zone=Europe/Berlin")) == "Europe/Berlin"
    assert await text(await client.get("/zone")) == "UTC"
