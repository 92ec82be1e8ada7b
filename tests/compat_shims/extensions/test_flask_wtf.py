"""Flask-WTF: forms, uploads and the protection against forged requests."""

import io
import re
from pathlib import Path

import pytest
from migrated import extension, text
from quart import Quart, render_template, request
from quart.datastructures import FileStorage

from compat_shims import buffer_body, flask_app, offload

flask_wtf = extension("flask_wtf")
flask_wtf_file = extension("flask_wtf.file")
wtforms = extension("wtforms")
pytestmark = pytest.mark.asyncio


class NameForm(flask_wtf.FlaskForm):
    name = wtforms.StringField(validators=[wtforms.validators.DataRequired()])


class UploadForm(flask_wtf.FlaskForm):
    file = flask_wtf_file.FileField(
        validators=[flask_wtf_file.FileRequired(), flask_wtf_file.FileAllowed(["txt"])]
    )


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config.update(TESTING=True, SECRET_KEY="secret")
    flask_wtf.CSRFProtect(flask_app(app))
    add_form_views(app)

    @app.post("/json")
    async def json():
        return await request.get_json()

    @app.errorhandler(flask_wtf.csrf.CSRFError)
    async def forged(error):
        return await render_template("error.html", reason=error.description), 400

    return app


def add_form_views(app):
    @app.route("/name", methods=["GET", "POST"])
    async def name():
        form = await offload(NameForm)
        if await offload(form.validate_on_submit):
            return f"hello {form.name.data}"
        return await render_template("form.html", form=form)

    @app.route("/sync", methods=["GET", "POST"])
    def sync():
        form = NameForm()
        return form.name.data if form.validate_on_submit() else form.errors

    @app.post("/loop")
    async def loop():
        await buffer_body()
        form = NameForm()
        return f"{form.validate_on_submit()} {(await request.form)['name']} {form.name.data}"

    @app.post("/upload")
    async def upload():
        form = await offload(UploadForm)
        if not await offload(form.validate_on_submit):
            return form.errors, 422
        content = await offload(form.file.data.read)
        return f"{form.file.data.filename} {len(content)}"

    @app.post("/saved/<how>")
    async def saved(how):
        form = await offload(UploadForm)
        path = Path(app.config["UPLOADS"]) / f"{how}.txt"
        if how == "awaited":
            await form.file.data.save(path)
        else:
            await offload(form.file.data.save, path)
        return path.name


async def token_of(client):
    """Read the token as a browser does, from the form."""
    page = await text(await client.get("/name"))
    return re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page).group(1)


async def test_a_form_is_shown_filled_in_and_sent(client):
    fields = {"csrf_token": await token_of(client), "name": "Ada"}
    assert await text(await client.post("/name", form=fields)) == "hello Ada"
    assert await text(await client.post("/sync", form=fields)) == "Ada"


async def test_a_form_on_the_loop_reads_the_body_that_was_received(client):
    fields = {"csrf_token": await token_of(client), "name": "Ada"}
    assert await text(await client.post("/loop", form=fields)) == "True Ada Ada"


async def test_a_field_that_is_not_valid_is_shown_again(client):
    fields = {"csrf_token": await token_of(client), "name": ""}
    page = await text(await client.post("/name", form=fields))
    assert "This field is required." in page


async def test_a_form_without_token_is_refused(client):
    response = await client.post("/name", form={"name": "Ada"})
    assert response.status_code == 400
    assert await text(response) == "refused: The CSRF token is missing."


async def test_the_token_may_come_in_a_header(client):
    headers = {"X-CSRFToken": await token_of(client)}
    response = await client.post("/json", json={"a": 1}, headers=headers)
    assert await response.get_json() == {"a": 1}
    assert (await client.post("/json", json={"a": 1})).status_code == 400


@pytest.mark.parametrize(
    ("filename", "answer"),
    [("a.txt", "a.txt 70000"), ("a.exe", '{"file":["File does not have an approved')],
)
async def test_an_upload(client, filename, answer):
    file = FileStorage(io.BytesIO(b"x" * 70_000), filename=filename)
    response = await client.post(
        "/upload", form={"csrf_token": await token_of(client)}, files={"file": file}
    )
    assert (await text(response)).startswith(answer)


@pytest.mark.parametrize("how", ["awaited", "offloaded"])
async def test_an_upload_of_a_form_is_saved(app, client, tmp_path, how):
    app.config["UPLOADS"] = tmp_path
    fields = {"csrf_token": await token_of(client)}
    file = FileStorage(io.BytesIO(b"x" * 70_000), filename="a.txt")
    await client.post(f"/saved/{how}", form=fields, files={"file": file})
    assert await offload((tmp_path / f"{how}.txt").read_bytes) == b"x" * 70_000
