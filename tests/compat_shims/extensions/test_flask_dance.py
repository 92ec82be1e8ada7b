"""Flask-Dance: a login at another site, and calls to it."""

import json
from urllib.parse import parse_qs, urlsplit

import flask
import pytest
from migrated import extension, on_loop, text
from quart import Quart, redirect, render_template, url_for

from compat_shims import flask_app, offload

flask_dance = extension("flask_dance.consumer")
flask_dance_github = extension("flask_dance.contrib.github")
oauthlib = extension("oauthlib.oauth2")
requests = extension("requests")
pytestmark = pytest.mark.asyncio

github = flask_dance_github.github
ANSWERS = {
    "https://github.com/login/oauth/access_token": {"access_token": "t", "token_type": "bearer"},
    "https://api.github.com/user": {"login": "ada"},
}


@pytest.fixture
def called_on_loop():
    return []


@pytest.fixture
def other_site(called_on_loop):
    """A session of `requests` whose calls are answered here."""

    class OtherSite(requests.adapters.BaseAdapter):
        def send(self, request, **options):
            called_on_loop.append(on_loop())
            response = requests.Response()
            response.status_code, response.request, response.url = 200, request, request.url
            response._content = json.dumps(ANSWERS[request.url]).encode()
            return response

        def close(self):
            pass

    class Session(flask_dance.requests.OAuth2Session):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.mount("https://", OtherSite())

    return Session


@pytest.fixture
def app(other_site):
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    blueprint = flask_dance_github.make_github_blueprint(
        client_id="shop", client_secret="secret", session_class=other_site, redirect_to="me"
    )
    flask_app(app).register_blueprint(blueprint, url_prefix="/login")

    @flask_dance.oauth_authorized.connect_via(blueprint)
    def remember(blueprint, token):
        flask.session["name"] = blueprint.session.get("/user").json()["login"]

    add_views(app)
    yield app
    flask_dance.oauth_authorized.disconnect(remember)


def add_views(app):
    @app.get("/me")
    async def me():
        if not github.authorized:
            return redirect(url_for("github.login"))
        response = await offload(github.get, "/user")
        return response.json()["login"]

    @app.get("/sync")
    def sync():
        return github.get("/user").json()["login"]

    @app.errorhandler(oauthlib.MismatchingStateError)
    async def forged(error):
        return "forged", 403

    @app.get("/page")
    async def page():
        return await render_template("dance.html")


async def log_in(client):
    leaves = await client.get("/login/github", scheme="https")
    address = urlsplit(leaves.location)
    state = parse_qs(address.query)["state"][0]
    back = await client.get(
        "/login/github/authorized", query_string={"state": state, "code": "c"}, scheme="https"
    )
    return address, back


async def test_a_stranger_is_sent_to_the_other_site(client):
    response = await client.get("/me")
    assert response.location == "/login/github"
    address, _ = await log_in(client)
    assert (address.hostname, address.path) == ("github.com", "/login/oauth/authorize")
    assert parse_qs(address.query)["redirect_uri"] == ["https://localhost/login/github/authorized"]


async def test_who_comes_back_is_known(client):
    _, back = await log_in(client)
    assert back.location == "/me"
    assert await text(await client.get("/me")) == "ada"
    assert await text(await client.get("/sync")) == "ada"
    assert await text(await client.get("/page")) == "ada True"


async def test_a_forged_answer_is_refused(client):
    await client.get("/login/github", scheme="https")
    response = await client.get("/login/github/authorized?state=forged&code=c", scheme="https")
    assert (response.status_code, await text(response)) == (403, "forged")
    assert (await client.get("/me")).status_code == 302


async def test_the_other_site_is_called_off_the_loop(client, called_on_loop):
    await log_in(client)
    await client.get("/me")
    assert called_on_loop == [False, False, False]
