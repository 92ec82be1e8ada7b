"""Views that a library wraps by patching `route`."""

import functools

import pytest
from flask.sansio.scaffold import Scaffold
from quart import Quart

from compat_shims import flask_app

pytestmark = pytest.mark.asyncio


@pytest.fixture
def app(monkeypatch):
    """Return an app, while `route` wraps each view as monitoring libraries do."""
    route = Scaffold.route
    library = {"__name__": "monitoring.quart", "functools": functools}
    exec(
        """
def patched(route):
    def patched_route(*args, **kwargs):
        return lambda view: route(*args, **kwargs)(wrapped(view))
    return patched_route

def wrapped(view):
    @functools.wraps(view)
    def wrapper(*args, **kwargs):
        return view(*args, **kwargs)
    return wrapper
""",
        library,
    )
    monkeypatch.setattr(Scaffold, "route", library["patched"](route))
    app = Quart(__name__)
    flask_app(app)
    return app


def loud(view):
    @functools.wraps(view)
    def wrapper():
        return view().upper()

    return wrapper


async def test_a_view_may_have_two_routes(app):
    @app.route("/a")
    @app.route("/b")
    def index():
        return "index"

    for path in ("/a", "/b"):
        response = await app.test_client().get(path)
        assert await response.get_data(as_text=True) == "index"


async def test_a_decorator_between_two_routes_is_no_such_wrapper(app):
    with pytest.raises(AssertionError, match="overwriting an existing endpoint"):

        @app.route("/a")
        @loud
        @app.route("/b")
        def index():
            return "index"
