"""A blueprint that is still Flask code, beside async views."""

import threading

import flask
import pytest
import quart

from compat_shims import flask_blueprint

pytestmark = pytest.mark.asyncio


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "old"
    (folder / "static").mkdir(parents=True)
    (folder / "static" / "a.txt").write_text("static")
    (folder / "templates").mkdir()
    (folder / "templates" / "old.html").write_text("{{ request.method }} {{ session.n }} {{ h }}")
    return folder


@pytest.fixture
def old(app, companion, folder):
    old = flask.Blueprint(
        "old",
        __name__,
        root_path=str(folder),
        static_folder="static",
        template_folder="templates",
        url_prefix="/old",
    )

    @old.before_request
    def before():
        flask.g.h = "hook"

    @old.route("/", methods=["GET", "POST"])
    def index():
        flask.session["n"] = flask.session.get("n", 0) + 1

        @flask.after_this_request
        def later(response):
            response.headers["X-Old"] = "1"
            return response

        return flask.jsonify(
            n=flask.session["n"],
            form=flask.request.form.get("a"),
            new=flask.url_for("new"),
            here=flask.url_for(".index"),
            page=flask.render_template("old.html", h=flask.g.h),
        )

    @old.errorhandler(KeyError)
    def key_error(error):
        return "handled", 418

    @old.route("/error")
    def error():
        raise KeyError("x")

    @old.route("/resource")
    def resource():
        with old.open_resource("static/a.txt") as file:
            return file.read()

    @old.cli.command("greet")
    def greet():
        """Greet."""

    companion.register_blueprint(old)

    @app.route("/new")
    async def new():
        quart.session["n"] = quart.session.get("n", 0) + 10
        return {"n": quart.session["n"], "old": quart.url_for("old.index")}

    return old


async def test_it_shares_everything_with_async_views(app, client, old):
    assert await (await client.get("/new")).get_json() == {"n": 10, "old": "/old/"}
    response = await client.post("/old/", form={"a": "b"})
    assert response.headers["X-Old"] == "1"
    assert await response.get_json() == {
        "n": 11,
        "form": "b",
        "new": "/new",
        "here": "/old/",
        "page": "POST 11 hook",
    }
    assert (await (await client.get("/new")).get_json())["n"] == 21


async def test_its_errors_files_and_resources(app, client, old):
    assert (await client.get("/old/error")).status_code == 418
    assert await (await client.get("/old/static/a.txt")).get_data() == b"static"
    assert await (await client.get("/old/resource")).get_data() == b"static"
    assert "old" in app.cli.commands


async def test_a_thread_of_its_own_pushes_a_context(app, client, companion):
    results = []

    def work():
        with companion.app_context():
            flask.g.x = 1
            results.append(flask.render_template_string("{{ g.x }}"))
        with quart_app.app_context():
            results.append(quart.current_app.name)

    quart_app = app

    @app.route("/")
    def view():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return results

    assert await (await client.get("/")).get_json() == ["1", "shop"]


async def test_an_extension_gets_a_blueprint_of_quart_as_one_of_flask(app, client):
    blueprint = quart.Blueprint("api", __name__)
    shown = flask_blueprint(blueprint)
    assert isinstance(shown, flask.Blueprint)
    assert flask_blueprint(blueprint) is flask_blueprint(shown) is shown

    @shown.before_request
    def before():
        flask.g.by_extension = "seen"

    @blueprint.route("/api")
    async def view():
        return quart.g.by_extension

    app.register_blueprint(blueprint)
    assert await (await client.get("/api")).get_data(as_text=True) == "seen"


async def test_only_a_blueprint_is_shown_as_one():
    with pytest.raises(TypeError, match=r"takes a quart\.Blueprint, not int"):
        flask_blueprint(1)
