"""Templates are found, loaded and rendered in the lane, in one hop."""

import asyncio
import threading

import flask
import pytest
import quart

from compat_shims import flask_app, offload
from compat_shims.lane import Lane, in_lane

pytestmark = pytest.mark.asyncio


@pytest.fixture
def templates(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "base.html").write_text("<{% block body %}{% endblock %}>")
    (folder / "page.html").write_text(
        '{% extends "base.html" %}{% block body %}{{ name }}{{ user() }}{{ request.form.a }}'
        '{% include "part.html" %}{% endblock %}'
    )
    (folder / "part.html").write_text("[{{ where }}]")
    return folder


async def test_render_template_is_one_hop(app, client, templates, monkeypatch):
    threads = set()
    jobs = []
    run = Lane.run

    async def counting(self, call):
        jobs.append(call)
        return await run(self, call)

    monkeypatch.setattr(Lane, "run", counting)

    @app.context_processor
    def processor():
        threads.add(threading.get_ident())
        return {"user": lambda: f" user {in_lane()} ", "where": "w"}

    @app.route("/", methods=["POST"])
    async def view():
        return await quart.render_template("page.html", name="n")

    response = await client.post("/", form={"a": "b"})
    assert await response.get_data(as_text=True) == "<n user True b[w]>"
    assert threads
    assert threading.get_ident() not in threads
    assert len(jobs) == 1


async def test_an_async_context_processor_runs_on_the_loop(app, client, templates):
    @app.context_processor
    async def processor():
        await asyncio.sleep(0)
        return {"x": in_lane()}

    @app.route("/")
    async def view():
        return await quart.render_template_string("{{ x }} {{ y }}", y=1)

    assert await (await client.get("/")).get_data() == b"False 1"


async def test_what_the_view_passes_wins_over_a_processor(app, client):
    app.context_processor(lambda: {"x": "processor", "y": "processor"})

    @app.route("/")
    async def view():
        return await quart.render_template_string("{{ x }} {{ y }}", x="view")

    assert await (await client.get("/")).get_data() == b"view processor"


async def test_a_coroutine_called_in_a_template_is_awaited(app, client):
    async def price():
        await asyncio.sleep(0)
        return 7

    class Book:
        async def title(self):
            return "t"

    @app.template_filter()
    async def double(value):
        return value * 2

    @app.route("/")
    async def view():
        source = "{{ price() }} {{ book.title() }} {{ 2|double }}"
        return await quart.render_template_string(source, price=price, book=Book())

    @app.route("/sync")
    def synchronous():
        return flask.render_template_string("{{ price() }}", price=price)

    assert await (await client.get("/")).get_data() == b"7 t 4"
    assert await (await client.get("/sync")).get_data() == b"7"


async def test_a_blocking_attribute_is_read_in_the_lane(app, client):
    class Lazy:
        @property
        def value(self):
            return in_lane()

    @app.route("/")
    async def view():
        return await quart.render_template_string("{{ lazy.value }}", lazy=Lazy())

    assert await (await client.get("/")).get_data() == b"True"


async def test_streamed_templates(app, client, templates):
    @app.route("/quart")
    async def by_quart():
        return await quart.stream_template("part.html", where=1)

    @app.route("/flask")
    def by_flask():
        return flask.stream_template("part.html", where=2)

    assert await (await client.get("/quart")).get_data() == b"[1]"
    assert await (await client.get("/flask")).get_data() == b"[2]"


async def test_a_missing_template_is_an_error_of_the_view(app, client):
    @app.route("/")
    async def view():
        try:
            await quart.render_template("nowhere.html")
        except Exception as error:  # noqa: BLE001  its class is asserted
            return type(error).__name__

    assert await (await client.get("/")).get_data() == b"TemplateNotFound"


async def test_templates_of_the_environment_render_in_every_way(app, client, templates):
    @app.route("/")
    async def view():
        template = await offload(app.jinja_env.get_template, "part.html")
        return [template.render(where=1), await template.render_async(where=2)]

    assert await (await client.get("/")).get_json() == ["[1]", "[2]"]


async def test_filters_can_be_called_from_python(app, client):
    @app.route("/")
    async def view():
        return {"sum": app.jinja_env.filters["sum"](app.jinja_env, [1, 2])}

    assert await (await client.get("/")).get_json() == {"sum": 3}


async def test_template_attributes(app, client, templates):
    (templates / "macros.html").write_text("{% macro hello(n) %}hello {{ n }}{% endmacro %}")

    @app.route("/")
    async def view():
        macro = await offload(quart.get_template_attribute, "macros.html", "hello")
        return str(macro("x"))

    assert await (await client.get("/")).get_data() == b"hello x"


async def test_awaiting_update_template_context_itself(app):
    app.context_processor(lambda: {"x": 1})
    context = {}
    async with app.test_request_context("/"):
        from quart.globals import app_ctx

        from compat_shims import _quart

        if _quart.RequestContext is _quart.installed.RequestContext and hasattr(
            quart.globals, "request_ctx"
        ):
            await app.update_template_context(context)
        else:
            await app.update_template_context(app_ctx._get_current_object(), context)
    assert context["x"] == 1


async def test_blueprint_templates_and_processors(app, client, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "theirs.html").write_text("{{ only }}{{ url_for('.view') }}")
    blueprint = quart.Blueprint("bp", __name__, template_folder=str(folder), url_prefix="/bp")
    blueprint.context_processor(lambda: {"only": "here"})

    @blueprint.route("/")
    async def view():
        return await quart.render_template("theirs.html")

    app.register_blueprint(blueprint)
    assert await (await client.get("/bp/")).get_data() == b"here/bp/"


async def test_rendering_without_a_request(app, companion):
    app.context_processor(lambda: {"x": 1})
    async with app.app_context():
        assert await quart.render_template_string("{{ x }}{{ g }}") != ""
    with companion.app_context():
        assert flask.render_template_string("{{ x }}{{ config.TESTING }}") == "1True"


async def test_options_of_jinja_are_kept(tmp_path):
    app = quart.Quart("x", root_path=str(tmp_path))
    app.jinja_options = {"variable_start_string": "[[", "variable_end_string": "]]"}
    companion = flask_app(app)
    with companion.app_context():
        assert flask.render_template_string("[[ 1 ]]{{") == "1{{"
