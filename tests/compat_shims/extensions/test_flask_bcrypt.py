"""Flask-Bcrypt: hashing passwords, which takes long on purpose, off the loop."""

import pytest
from migrated import extension
from quart import Quart, request

from compat_shims import flask_app, offload

flask_bcrypt = extension("flask_bcrypt")
pytestmark = pytest.mark.asyncio


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config.update(TESTING=True, BCRYPT_LOG_ROUNDS=4)
    bcrypt = flask_bcrypt.Bcrypt(flask_app(app))
    hashes = {}

    @app.post("/register")
    async def register():
        form = await request.form
        hashes[form["name"]] = await offload(bcrypt.generate_password_hash, form["password"])
        return {"rounds": hashes[form["name"]].split(b"$")[2].decode()}

    @app.post("/login")
    async def login():
        form = await request.form
        hash_ = hashes[form["name"]]
        return {"right": await offload(bcrypt.check_password_hash, hash_, form["password"])}

    @app.get("/sync/<password>")
    def sync(password):
        return {"right": bcrypt.check_password_hash(hashes["ada"], password)}

    return app


@pytest.fixture
def ada():
    return {"name": "ada", "password": "päss"}


async def test_the_setting_of_the_app_counts(client, ada):
    response = await client.post("/register", form=ada)
    assert await response.get_json() == {"rounds": "04"}


@pytest.mark.parametrize(("password", "right"), [("päss", True), ("pass", False)])
async def test_only_the_right_password_is_right(client, ada, password, right):
    await client.post("/register", form=ada)
    response = await client.post("/login", form=ada | {"password": password})
    assert await response.get_json() == {"right": right}
    assert await (await client.get(f"/sync/{password}")).get_json() == {"right": right}
