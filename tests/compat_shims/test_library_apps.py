"""A library's subclass of Flask, served by Quart."""

import threading

import flask
import pytest
import quart
from werkzeug.middleware.proxy_fix import ProxyFix

from compat_shims import flask_app, offload, quart_app

pytestmark = pytest.mark.asyncio


class LibraryFlask(flask.Flask):
    """What a library brings: hooks, pages, middleware, and decorators of its own."""

    level = 1

    def __init__(self, name, service, **options):
        super().__init__(name, **options)
        self.service = service
        self.documented = []
        self.wsgi_app = ProxyFix(self.wsgi_app)
        self.after_request(self._sign)
        self.errorhandler(404)(lambda error: (f"no page of {self.service}", 404))
        self.add_url_rule("/_status", view_func=lambda: flask.current_app.service)

    def _sign(self, response):
        response.headers["X-Service"] = flask.current_app.service
        return response

    def add_url_rule(self, rule, *args, **options):
        super().add_url_rule(rule, *args, **options)
        if "documented" in vars(self):
            self.documented.append(rule)

    def shout(self, view):
        def shouting():
            return self.ensure_sync(view)().upper()

        return shouting

    @property
    def title(self):
        return self.config["TITLE"]

    @title.setter
    def title(self, value):
        self.config["TITLE"] = value


def made_by_function(name, service):
    app = LibraryFlask(name, service)
    app.jinja_env.globals["service"] = service
    app.wsgi_app = ProxyFix(app.wsgi_app)
    return app


@pytest.fixture(params=[LibraryFlask, made_by_function])
def app(request):
    app = quart_app(request.param, __name__, service="shop")
    pages = quart.Blueprint("pages", __name__, url_prefix="/pages")

    @pages.route("/async")
    async def is_async():
        return {"n": await offload(lambda: flask.request.args["n"])}

    @pages.route("/sync")
    def is_sync():
        return quart.current_app.service

    @app.get("/shout")
    @app.shout
    async def shout():
        return threading.current_thread().name and "hello"

    app.register_blueprint(pages)
    return app


async def test_pages_of_both_are_served(app):
    client = app.test_client()
    for path, text in {
        "/_status": "shop",
        "/pages/async?n=1": '{"n":"1"}\n',
        "/pages/sync": "shop",
        "/shout": "HELLO",
        "/none": "no page of shop",
    }.items():
        response = await client.get(path)
        assert await response.get_data(as_text=True) == text
        assert response.headers["X-Service"] == "shop"


async def test_the_app_is_quarts_and_its_companion_the_librarys(app):
    assert isinstance(app, quart.Quart)
    assert isinstance(flask_app(app), LibraryFlask)
    assert flask_app(app).quart is app


async def test_methods_of_the_library_are_the_apps(app):
    assert app.documented == ["/_status", "/shout", "/pages/async", "/pages/sync"]
    assert app.level == 1
    app.title = "Shop"
    assert (app.title, flask_app(app).title, app.config["TITLE"]) == ("Shop",) * 3


async def test_its_middleware_is_asked(app):
    headers = {"X-Forwarded-Proto": "https"}

    @app.route("/url")
    async def url():
        return quart.url_for("url", _external=True)

    response = await app.test_client().get("/url", headers=headers)
    assert (await response.get_data(as_text=True)).startswith("https://")


async def test_an_app_served_by_quart_already_is_taken_as_it_is():
    app = quart_app(LibraryFlask, __name__, "shop")
    assert quart_app(lambda: flask_app(app)) is app


async def test_what_makes_no_app_of_flask_is_refused():
    with pytest.raises(TypeError, match=r"what makes a flask\.Flask, not a dict"):
        quart_app(dict)


async def test_middleware_that_hides_the_app_is_refused():
    def make():
        app = LibraryFlask(__name__, "shop")
        inner = app.wsgi_app
        app.wsgi_app = lambda environ, start: [*inner(environ, start)]
        return app

    with pytest.raises(TypeError, match="does not see how"):
        quart_app(make)
