"""Flask-Login: its manager, its decorators and `current_user`."""

import asyncio

import pytest
from migrated import extension, on_loop, text
from quart import Quart, redirect, render_template, request, url_for, websocket

from compat_shims import as_sync, flask_app, offload

flask_login = extension("flask_login")
pytestmark = [
    pytest.mark.asyncio,
    # Flask-Login 0.6.3 sets its cookie by it, on Flask as well.
    pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning"),
]


class User(flask_login.UserMixin):
    def __init__(self, name):
        self.id = self.name = name


@pytest.fixture
def loaded_on_loop():
    """Where the user loader ran: it asks a database, so it may not run on the loop."""
    return []


@pytest.fixture
def app(loaded_on_loop):
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    manager = flask_login.LoginManager()
    manager.login_view = manager.refresh_view = "login"
    manager.init_app(flask_app(app))

    @manager.user_loader
    def load_user(name):
        loaded_on_loop.append(on_loop())
        return User(name)

    @manager.request_loader
    def load_user_from_request(request):
        token = request.headers.get("X-Token")
        return User(token) if token else None

    add_session_views(app)
    add_protected_views(app)
    return app


def add_session_views(app):
    @app.post("/login")
    async def login():
        form = await request.form
        await offload(flask_login.login_user, User(form["name"]), remember="remember" in form)
        return redirect(url_for("me"))

    @app.get("/logout")
    @flask_login.login_required
    @as_sync
    async def logout():
        await offload(flask_login.logout_user)
        return "bye"


def add_protected_views(app):
    @app.get("/me")
    @flask_login.login_required
    @as_sync
    async def me():
        return {"name": flask_login.current_user.name, "on loop": on_loop()}

    @app.get("/sync")
    @flask_login.login_required
    def sync():
        return {"name": flask_login.current_user.name, "on loop": on_loop()}

    @app.get("/fresh")
    @flask_login.fresh_login_required
    @as_sync
    async def fresh():
        return "fresh"

    @app.get("/page")
    async def page():
        return await render_template("user.html")

    @app.websocket("/socket")
    async def socket():
        await websocket.send(flask_login.current_user.name)


async def log_in(client, name, **fields):
    return await client.post("/login", form={"name": name} | fields)


async def test_without_a_user_a_protected_view_leads_to_the_login(client):
    response = await client.get("/me")
    assert response.status_code == 302
    assert response.location == "/login?next=%2Fme"


@pytest.mark.parametrize(("path", "where"), [("/me", True), ("/sync", False)])
async def test_current_user_in_a_protected_view(client, path, where):
    response = await log_in(client, "ada")
    assert response.status_code == 302
    response = await client.get(path)
    assert await response.get_json() == {"name": "ada", "on loop": where}


async def test_current_user_in_a_template(client):
    assert await text(await client.get("/page")) == "nobody at /page, /me"
    await log_in(client, "ada")
    assert await text(await client.get("/page")) == "ada at /page, /me"


async def test_current_user_in_a_websocket(client):
    await log_in(client, "ada")
    async with client.websocket("/socket") as socket:
        assert await socket.receive() == "ada"


async def test_a_request_loader_reads_the_flask_request(client):
    response = await client.get("/me", headers={"X-Token": "grace"})
    assert (await response.get_json())["name"] == "grace"


async def test_the_user_is_loaded_off_the_loop(client, loaded_on_loop):
    await log_in(client, "ada")
    await client.get("/me")
    await client.get("/sync")
    await client.get("/page")
    assert loaded_on_loop == [False, False, False]


async def test_after_the_logout_nobody_is_there(client):
    await log_in(client, "ada")
    assert await text(await client.get("/logout")) == "bye"
    assert (await client.get("/me")).status_code == 302


async def test_a_remembered_login_is_not_a_fresh_one(app, client):
    response = await log_in(client, "ada", remember="yes")
    assert "remember_token=ada" in "".join(response.headers.getlist("Set-Cookie"))
    assert await text(await client.get("/fresh")) == "fresh"
    client.delete_cookie("localhost", "session")
    assert (await client.get("/me")).status_code == 200
    assert (await client.get("/fresh")).status_code == 302


async def test_its_signals_arrive(app, client):
    names = []

    def receive(sender, user):
        names.append(user.name)

    with flask_login.user_logged_in.connected_to(receive, flask_app(app)):
        await log_in(client, "ada")
    assert names == ["ada"]


async def test_users_at_the_same_time_stay_apart(app):
    async def visit(name):
        client = app.test_client()
        await log_in(client, name)
        return (await (await client.get("/me")).get_json())["name"]

    names = [f"user {number}" for number in range(30)]
    assert await asyncio.gather(*map(visit, names)) == names
