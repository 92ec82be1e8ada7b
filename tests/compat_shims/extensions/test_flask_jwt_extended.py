"""Flask-JWT-Extended: tokens in headers and cookies, refreshing, revoking, the current user."""

from datetime import timedelta

import pytest
from migrated import extension, on_loop, text
from quart import Quart, jsonify, render_template, request

from compat_shims import as_sync, flask_app, offload

jwt = extension("flask_jwt_extended")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def looked_up_on_loop():
    return []


@pytest.fixture
def app(looked_up_on_loop):
    app = Quart(__name__)
    app.config.update(
        TESTING=True,
        JWT_SECRET_KEY="k" * 40,
        JWT_TOKEN_LOCATION=["headers", "cookies"],
        JWT_COOKIE_CSRF_PROTECT=True,
    )
    manager = jwt.JWTManager(flask_app(app), add_context_processor=True)
    revoked = set()

    @manager.user_lookup_loader
    def look_up(header, payload):
        looked_up_on_loop.append(on_loop())
        return {"name": payload["sub"].title()}

    @manager.token_in_blocklist_loader
    def is_revoked(header, payload):
        return payload["jti"] in revoked

    @manager.expired_token_loader
    def expired(header, payload):
        return jsonify(error=f"{payload['sub']} came too late"), 401

    add_token_views(app, revoked)
    add_protected_views(app)
    return app


def add_token_views(app, revoked):
    @app.post("/login")
    async def login():
        name = (await request.get_json())["name"]
        access = jwt.create_access_token(name, fresh=True, additional_claims={"role": "reader"})
        return {"access": access, "refresh": jwt.create_refresh_token(name)}

    @app.post("/login/cookie")
    async def login_cookie():
        response = jsonify(ok=True)
        jwt.set_access_cookies(response, jwt.create_access_token("ada"))
        return response

    @app.post("/refresh")
    @jwt.jwt_required(refresh=True)
    @as_sync
    async def refresh():
        return {"access": jwt.create_access_token(jwt.get_jwt_identity(), fresh=False)}

    @app.post("/logout")
    @jwt.jwt_required()
    @as_sync
    async def logout():
        revoked.add(jwt.get_jwt()["jti"])
        return "", 204

    @app.post("/late")
    async def late():
        return {"access": jwt.create_access_token("ada", expires_delta=timedelta(minutes=-1))}


def add_protected_views(app):
    @app.route("/me", methods=["GET", "POST"])
    @jwt.jwt_required()
    @as_sync
    async def me():
        return {"user": jwt.current_user["name"], "role": jwt.get_jwt().get("role")}

    @app.get("/sync")
    @jwt.jwt_required()
    def sync():
        return {"user": jwt.current_user["name"], "role": jwt.get_jwt().get("role")}

    @app.get("/optional")
    @jwt.jwt_required(optional=True)
    @as_sync
    async def optional():
        return {"identity": jwt.get_jwt_identity()}

    @app.get("/fresh")
    @jwt.jwt_required(fresh=True)
    @as_sync
    async def fresh():
        return "fresh"

    @app.get("/inside")
    async def inside():
        await offload(jwt.verify_jwt_in_request)
        return jwt.get_jwt_identity()

    @app.get("/page")
    @jwt.jwt_required()
    @as_sync
    async def page():
        return await render_template("jwt.html")


async def log_in(client):
    return await (await client.post("/login", json={"name": "ada"})).get_json()


def bearing(token):
    return {"Authorization": f"Bearer {token}"}


async def test_without_a_token_the_answer_is_401(client):
    response = await client.get("/me")
    assert response.status_code == 401
    assert (await response.get_json())["msg"].startswith("Missing JWT in headers or cookies")


@pytest.mark.parametrize("path", ["/me", "/sync"])
async def test_the_user_of_a_token(client, path):
    tokens = await log_in(client)
    response = await client.get(path, headers=bearing(tokens["access"]))
    assert await response.get_json() == {"user": "Ada", "role": "reader"}


async def test_the_user_in_a_template(client):
    tokens = await log_in(client)
    response = await client.get("/page", headers=bearing(tokens["access"]))
    assert await text(response) == "Ada"


async def test_the_user_is_looked_up_off_the_loop(client, looked_up_on_loop):
    tokens = await log_in(client)
    for path in ("/me", "/sync", "/page", "/inside"):
        await client.get(path, headers=bearing(tokens["access"]))
    assert looked_up_on_loop == [False] * 4


async def test_an_optional_token(client):
    tokens = await log_in(client)
    assert await (await client.get("/optional")).get_json() == {"identity": None}
    response = await client.get("/optional", headers=bearing(tokens["access"]))
    assert await response.get_json() == {"identity": "ada"}


async def test_a_refreshed_token_is_not_fresh(client):
    tokens = await log_in(client)
    response = await client.post("/refresh", headers=bearing(tokens["refresh"]))
    refreshed = (await response.get_json())["access"]
    assert (await client.get("/fresh", headers=bearing(refreshed))).status_code == 401
    assert (await client.get("/fresh", headers=bearing(tokens["access"]))).status_code == 200


async def test_a_revoked_token_is_refused(client):
    headers = bearing((await log_in(client))["access"])
    await client.post("/logout", headers=headers)
    response = await client.get("/me", headers=headers)
    assert await response.get_json() == {"msg": "Token has been revoked"}


async def test_a_late_token_has_its_own_answer(client):
    token = (await (await client.post("/late")).get_json())["access"]
    response = await client.get("/me", headers=bearing(token))
    assert await response.get_json() == {"error": "ada came too late"}


async def test_a_token_in_a_cookie_needs_the_csrf_token_to_write(client):
    response = await client.post("/login/cookie")
    cookies = ";".join(response.headers.getlist("Set-Cookie"))
    csrf = cookies.split("csrf_access_token=")[1].split(";")[0]
    assert (await client.get("/me")).status_code == 200
    assert (await client.post("/me")).status_code == 401
    assert (await client.post("/me", headers={"X-CSRF-TOKEN": csrf})).status_code == 200


async def test_a_token_that_is_verified_inside_the_view(client):
    tokens = await log_in(client)
    response = await client.get("/inside", headers=bearing(tokens["access"]))
    assert await text(response) == "ada"
    assert (await client.get("/inside")).status_code == 401
