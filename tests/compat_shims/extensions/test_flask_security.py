"""Flask-Security-Too: its pages, sessions, tokens and roles."""

import re

import pytest
from migrated import extension, text
from quart import Quart, render_template

from compat_shims import as_sync, flask_app, offload

flask_sqlalchemy = extension("flask_sqlalchemy")
flask_security = extension("flask_security")
fsqla = extension("flask_security.models.fsqla_v3")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app(tmp_path):
    app = Quart(__name__)
    app.config.update(
        TESTING=True,
        SECRET_KEY="secret",
        SECURITY_PASSWORD_SALT="salt",
        SECURITY_PASSWORD_HASH="plaintext",
        SECURITY_PASSWORD_SCHEMES=["plaintext"],
        SECURITY_HASHING_SCHEMES=["sha256_crypt"],
        SECURITY_DEPRECATED_HASHING_SCHEMES=[],
        SECURITY_REGISTERABLE=True,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/shop.sqlite",
    )
    db = flask_sqlalchemy.SQLAlchemy(flask_app(app))
    users = make_users(db)
    flask_security.Security(flask_app(app), users)
    add_hooks(app, db, users)
    add_views(app)
    return app


def make_users(db):
    fsqla.FsModels.set_db_info(db)

    class Role(db.Model, fsqla.FsRoleMixin):
        pass

    class User(db.Model, fsqla.FsUserMixin):
        pass

    return flask_security.SQLAlchemyUserDatastore(db, User, Role)


def add_hooks(app, db, users):
    @app.before_serving
    async def create():
        def fill():
            db.create_all()
            role = users.create_role(name="owner")
            password = flask_security.hash_password("password")
            users.create_user(email="root@example.com", password=password, roles=[role])
            users.create_user(email="ada@example.com", password=password)
            db.session.commit()

        await offload(fill)

    @app.after_serving
    def dispose():
        db.engine.dispose()


def add_views(app):
    @app.get("/async")
    @flask_security.auth_required("session", "token")
    @as_sync
    async def async_():
        return flask_security.current_user.email

    @app.get("/sync")
    @flask_security.auth_required("session", "token")
    def sync():
        return flask_security.current_user.email

    @app.get("/owner")
    @flask_security.auth_required("session")
    @flask_security.roles_required("owner")
    @as_sync
    async def owner():
        return await render_template("owner.html")


async def log_in(client, name, password="password"):
    page = await text(await client.get("/login"))
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page).group(1)
    fields = {"email": f"{name}@example.com", "password": password, "csrf_token": token}
    return await client.post("/login", form=fields)


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_a_login_opens_protected_views(client, path):
    assert (await client.get(path)).status_code == 302
    assert (await log_in(client, "ada")).status_code == 302
    assert await text(await client.get(path)) == "ada@example.com"
    await client.post("/logout")
    assert (await client.get(path)).status_code == 302


async def test_a_wrong_password_is_told_on_the_page(client):
    response = await log_in(client, "ada", "wrong")
    assert response.status_code == 200
    assert "Invalid password" in await text(response)


async def test_a_role_opens_a_view(client):
    await log_in(client, "ada")
    assert (await client.get("/owner")).status_code in {302, 403}
    await client.post("/logout")
    await log_in(client, "root")
    assert await text(await client.get("/owner")) == "root@example.com owns the shop"


async def test_a_token_for_calls_without_a_session(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    user = {"email": "ada@example.com", "password": "password"}
    response = await client.post("/login?include_auth_token", json=user)
    token = (await response.get_json())["response"]["user"]["authentication_token"]
    stranger = app.test_client()
    assert (await stranger.get("/async", headers={"Accept": "application/json"})).status_code == 401
    response = await stranger.get("/async", headers={"Authentication-Token": token})
    assert await text(response) == "ada@example.com"


async def test_a_stranger_registers(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    password = {"password": "long enough", "password_confirm": "long enough"}
    response = await client.post("/register", json=password | {"email": "new@example.com"})
    assert response.status_code == 200
    assert await text(await client.get("/async")) == "new@example.com"
