"""Flask-Principal: identities, the needs they provide, and permissions."""

import flask
import pytest
from migrated import extension, text
from quart import Quart, g, session

from compat_shims import as_sync, flask_app, offload

flask_principal = extension("flask_principal")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    flask_principal.Principal(flask_app(app))

    def provide(sender, identity):
        if identity.id == "root":
            identity.provides.add(flask_principal.RoleNeed("admin"))

    with flask_principal.identity_loaded.connected_to(provide, flask_app(app)):
        add_views(app, flask_principal.Permission(flask_principal.RoleNeed("admin")))
        yield app


def add_views(app, admin):
    def change(identity):
        sender = flask.current_app._get_current_object()
        flask_principal.identity_changed.send(sender, identity=identity)

    @app.post("/login/<name>")
    async def login(name):
        await offload(change, flask_principal.Identity(name))
        return {"session": session["identity.id"]}

    @app.post("/logout")
    async def logout():
        await offload(change, flask_principal.AnonymousIdentity())
        return "", 204

    @app.get("/async")
    @admin.require(403)
    @as_sync
    async def async_():
        return f"for {g.identity.id}"

    @app.get("/sync")
    @admin.require(403)
    def sync():
        return f"for {flask.g.identity.id}"

    @app.get("/inside")
    async def inside():
        with admin.require():
            return "inside"

    @app.get("/can")
    async def can():
        return {"admin": admin.can()}

    @app.errorhandler(flask_principal.PermissionDenied)
    async def denied(error):
        return "denied", 403


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_a_role_opens_a_view(client, path):
    assert (await client.get(path)).status_code == 403
    response = await client.post("/login/root")
    assert await response.get_json() == {"session": "root"}
    assert await text(await client.get(path)) == "for root"


@pytest.mark.parametrize("path", ["/async", "/sync"])
async def test_another_identity_is_refused(client, path):
    await client.post("/login/ada")
    assert (await client.get(path)).status_code == 403


async def test_a_permission_inside_a_view(client):
    response = await client.get("/inside")
    assert (response.status_code, await text(response)) == (403, "denied")
    await client.post("/login/root")
    assert await text(await client.get("/inside")) == "inside"


async def test_after_the_logout_the_role_is_gone(client):
    await client.post("/login/root")
    assert await (await client.get("/can")).get_json() == {"admin": True}
    await client.post("/logout")
    assert await (await client.get("/can")).get_json() == {"admin": False}
