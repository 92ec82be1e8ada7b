"""Flask-Talisman: HTTPS, and the headers that tell a browser what to trust."""

import pytest
from migrated import extension, text
from quart import Quart, render_template

from compat_shims import as_sync, flask_app

flask_talisman = extension("flask_talisman")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    talisman = flask_talisman.Talisman(
        flask_app(app),
        content_security_policy={"default-src": "'self'", "script-src": "'self'"},
        content_security_policy_nonce_in=["script-src"],
    )

    @app.get("/page")
    async def page():
        return await render_template("nonce.html")

    @app.get("/sync")
    def sync():
        return "sync"

    @app.get("/frame")
    @talisman(frame_options="ALLOW-FROM", frame_options_allow_from="https://other.example")
    @as_sync
    async def frame():
        return "framed"

    @app.get("/open")
    @talisman(force_https=False)
    @as_sync
    async def open_():
        return "open"

    return app


async def test_plain_http_is_sent_to_https(client):
    response = await client.get("/page?a=1")
    assert response.status_code == 302
    assert response.location == "https://localhost/page?a=1"


@pytest.mark.parametrize("path", ["/page", "/sync"])
async def test_every_response_has_the_headers(client, path):
    response = await client.get(path, scheme="https")
    assert response.status_code == 200
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=" in response.headers["Strict-Transport-Security"]


async def test_the_nonce_of_a_template_is_the_one_of_the_header(client):
    answers = [await client.get("/page", scheme="https") for _ in range(2)]
    nonces = [await text(answer) for answer in answers]
    assert all(len(nonce) > 20 for nonce in nonces)
    assert nonces[0] != nonces[1]
    for answer, nonce in zip(answers, nonces, strict=True):
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]


async def test_one_async_view_may_be_framed(client):
    response = await client.get("/frame", scheme="https")
    assert await text(response) == "framed"
    assert response.headers["X-Frame-Options"] == "ALLOW-FROM https://other.example"


async def test_one_async_view_may_be_had_without_https(client):
    assert await text(await client.get("/open")) == "open"
