"""Apps of other WSGI frameworks, mounted."""

import bottle
import cherrypy
import pytest

from compat_shims import mount
from compat_shims.lane import in_lane

pytestmark = pytest.mark.asyncio


@pytest.fixture
def bottle_app():
    app = bottle.Bottle()

    @app.route("/hello/<name>", method=["GET", "POST"])
    def hello(name):
        bottle.response.set_cookie("from", "bottle")
        return f"{name} {bottle.request.forms.get('a', '')} {bottle.request.url}"

    @app.route("/stream")
    def stream():
        for n in range(3):
            assert in_lane()
            yield str(n)

    return app


@pytest.fixture
def cherrypy_app():
    class Root:
        @cherrypy.expose
        def hello(self, name, a=""):
            return f"{name} {a} {cherrypy.url()}"

        @cherrypy.expose
        def stream(self):
            def chunks():
                for n in range(3):
                    assert in_lane()
                    yield str(n).encode()

            return chunks()

    cherrypy.config.update({"environment": "embedded", "log.screen": False})
    return cherrypy.Application(Root(), "/mounted", {"/": {"response.stream": True}})


@pytest.fixture(scope="module")
def django_app():
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse, StreamingHttpResponse
    from django.urls import path

    def hello(request, name):
        text = f"{name} {request.POST.get('a', '')} {request.build_absolute_uri()}"
        response = HttpResponse(text)
        response.set_cookie("from", "django")
        return response

    def stream(request):
        return StreamingHttpResponse(str(n) for n in range(3))

    class Urls:
        urlpatterns = (path("hello/<name>", hello), path("stream", stream))

    settings.configure(ROOT_URLCONF=Urls, ALLOWED_HOSTS=["*"], SECRET_KEY="x")
    return get_wsgi_application()


@pytest.mark.parametrize("framework", ["bottle", "cherrypy", "django"])
async def test_a_page_and_a_form(app, client, framework, request):
    mount(app, "/mounted", request.getfixturevalue(f"{framework}_app"))
    url = "http://localhost/mounted/hello/ann"
    response = await client.get("/mounted/hello/ann")
    assert await response.get_data(as_text=True) == f"ann  {url}"
    response = await client.post("/mounted/hello/ann", form={"a": "b"})
    assert await response.get_data(as_text=True) == f"ann b {url}"
    assert (await client.get("/mounted/nowhere")).status_code == 404


@pytest.mark.parametrize("framework", ["bottle", "cherrypy", "django"])
async def test_a_stream(app, exchange, framework, request):
    mount(app, "/mounted", request.getfixturevalue(f"{framework}_app"))
    assert (await exchange("/mounted/stream").run()).text == "012"


@pytest.mark.parametrize("framework", ["bottle", "django"])
async def test_a_cookie(app, client, framework, request):
    mount(app, "", request.getfixturevalue(f"{framework}_app"))
    response = await client.get("/hello/ann")
    assert f"from={framework}" in response.headers["Set-Cookie"]
