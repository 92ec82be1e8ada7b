"""Flask-Moment: times that the browser formats."""

from datetime import UTC, datetime

import pytest
from migrated import extension, text
from quart import Quart, render_template

from compat_shims import flask_app

flask_moment = extension("flask_moment")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config.update(TESTING=True, MOMENT_DEFAULT_FORMAT="LL")
    moment = flask_moment.Moment(flask_app(app))
    published = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)

    @app.get("/page")
    async def page():
        return await render_template("moment.html", published=published)

    @app.get("/async")
    async def async_():
        return str(moment.create(published).calendar())

    @app.get("/sync")
    def sync():
        return str(flask_moment.moment(published).fromNow(refresh=True))

    return app


async def test_a_template_has_the_library_and_the_time(client):
    page = await text(await client.get("/page"))
    assert "moment-with-locales.min.js" in page
    assert 'data-timestamp="2024-05-01T12:30:00Z"' in page
    assert 'data-function="format"' in page


@pytest.mark.parametrize(("path", "function"), [("/async", "calendar"), ("/sync", "fromNow")])
async def test_views_make_times_as_well(client, path, function):
    assert f'data-function="{function}"' in await text(await client.get(path))
