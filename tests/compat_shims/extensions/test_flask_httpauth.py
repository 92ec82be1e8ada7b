"""Flask-HTTPAuth: basic, digest and token authentication of async and sync views."""

import asyncio
import re

import pytest
from migrated import extension, on_loop, text
from quart import Quart
from werkzeug.security import check_password_hash, generate_password_hash

from compat_shims import as_sync, flask_app

flask_httpauth = extension("flask_httpauth")
pytestmark = pytest.mark.asyncio

USERS = {"ada": generate_password_hash("secret", "pbkdf2:sha256:1")}


@pytest.fixture
def verified_on_loop():
    return []


@pytest.fixture
def app(verified_on_loop):
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    flask_app(app)
    basic, token = flask_httpauth.HTTPBasicAuth(), flask_httpauth.HTTPTokenAuth("Bearer")

    @basic.verify_password
    def verify(name, password):
        verified_on_loop.append(on_loop())
        return name if name in USERS and check_password_hash(USERS[name], password) else None

    @basic.get_user_roles
    def roles(user):
        return ["reader"]

    @basic.error_handler
    def refused(status):
        return f"refused: {status}", status

    @token.verify_token
    async def verify_token(token):
        await asyncio.sleep(0)
        return "grace" if token == "good" else None

    add_basic_views(app, basic)
    add_other_views(app, basic, token)
    return app


def add_basic_views(app, basic):
    @app.get("/async")
    @basic.login_required
    @as_sync
    async def async_():
        return f"{basic.current_user()} {on_loop()}"

    @app.get("/sync")
    @basic.login_required
    def sync():
        return f"{basic.current_user()} {on_loop()}"

    @app.get("/reader")
    @basic.login_required(role="reader")
    @as_sync
    async def reader():
        return "reader"

    @app.get("/writer")
    @basic.login_required(role="writer")
    @as_sync
    async def writer():
        return "writer"

    @app.get("/optional")
    @basic.login_required(optional=True)
    @as_sync
    async def optional():
        return str(basic.current_user())


def add_other_views(app, basic, token):
    digest = flask_httpauth.HTTPDigestAuth()
    digest.get_password({"ada": "secret"}.get)
    either = flask_httpauth.MultiAuth(basic, token)

    @app.get("/token")
    @token.login_required
    @as_sync
    async def token_():
        return token.current_user()

    @app.get("/either")
    @either.login_required
    @as_sync
    async def either_():
        return either.current_user()

    @app.get("/digest")
    @digest.login_required
    @as_sync
    async def digest_():
        return digest.username()


ADA = ("ada", "secret")


@pytest.mark.parametrize(("path", "answer"), [("/async", "ada True"), ("/sync", "ada False")])
async def test_the_right_password_opens_a_view(client, path, answer):
    assert await text(await client.get(path, auth=ADA)) == answer


async def test_a_wrong_password_is_refused_in_the_apps_words(client):
    response = await client.get("/async", auth=("ada", "wrong"))
    assert response.status_code == 401
    assert await text(response) == "refused: 401"
    assert response.headers["WWW-Authenticate"] == 'Basic realm="Authentication Required"'


async def test_passwords_are_verified_off_the_loop(client, verified_on_loop):
    await client.get("/async", auth=ADA)
    await client.get("/sync", auth=ADA)
    assert verified_on_loop == [False, False]


async def test_roles(client):
    assert await text(await client.get("/reader", auth=ADA)) == "reader"
    assert (await client.get("/writer", auth=ADA)).status_code == 403


async def test_nobody_has_to_log_in_where_it_is_optional(client):
    assert await text(await client.get("/optional")) == "None"
    assert await text(await client.get("/optional", auth=ADA)) == "ada"


@pytest.mark.parametrize("path", ["/token", "/either"])
async def test_an_async_callback_verifies_a_token(client, path):
    good, bad = ({"Authorization": f"Bearer {token}"} for token in ("good", "bad"))
    assert await text(await client.get(path, headers=good)) == "grace"
    assert (await client.get(path, headers=bad)).status_code == 401


async def test_several_kinds_for_one_view(client):
    assert await text(await client.get("/either", auth=ADA)) == "ada"


async def test_a_digest_challenge_is_kept_in_the_session(client):
    response = await client.get("/digest")
    challenge = response.headers["WWW-Authenticate"]
    assert response.status_code == 401
    assert re.match(r'Digest realm="Authentication Required",nonce="\w+"', challenge)
    assert "session=" in response.headers["Set-Cookie"]
