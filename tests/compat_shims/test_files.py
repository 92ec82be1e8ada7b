"""Files that async code sends as Flask does."""

import io

import pytest
from werkzeug.exceptions import NotFound

from compat_shims import offload, send_file, send_from_directory

pytestmark = pytest.mark.asyncio


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("of the year")
    return path


@pytest.mark.usefixtures("report")
async def test_an_open_file_is_sent_and_closed(app, report):
    opened = []

    @app.route("/")
    async def view():
        opened.append(await offload(open, report, "rb"))
        return await send_file(opened[0], mimetype="text/plain", download_name="year.txt")

    answer = await app.test_client().get("/")
    assert await answer.get_data() == b"of the year"
    assert answer.headers["Content-Disposition"] == "inline; filename=year.txt"
    assert opened[0].closed


@pytest.mark.usefixtures("report")
async def test_a_relative_path_starts_from_the_folder_of_the_app(app):
    @app.route("/")
    async def view():
        return await send_file("report.txt", max_age=60)

    answer = await app.test_client().get("/")
    assert await answer.get_data() == b"of the year"
    assert answer.cache_control.max_age == 60
    again = await app.test_client().get("/", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    part = await app.test_client().get("/", headers={"Range": "bytes=3-5"})
    assert (part.status_code, await part.get_data()) == (206, b"the")


async def test_async_code_may_read_and_change_the_response(app):
    @app.route("/")
    async def view():
        response = await send_file(io.BytesIO(b"label"), "text/plain")
        response.headers["X-Length"] = str(len(await response.get_data()))
        return response

    answer = await app.test_client().get("/")
    assert await answer.get_data() == b"label"
    assert answer.headers["X-Length"] == "5"


@pytest.mark.usefixtures("report")
async def test_a_file_from_a_directory(app):
    @app.route("/<name>")
    async def view(name):
        options = {"as_attachment": True}
        return await send_from_directory(".", name, **options)

    @app.errorhandler(NotFound)
    async def none(error):
        return "none", 404

    answer = await app.test_client().get("/report.txt")
    assert await answer.get_data() == b"of the year"
    assert answer.headers["Content-Disposition"] == "attachment; filename=report.txt"
    missing = await app.test_client().get("/missing.txt")
    assert (missing.status_code, await missing.get_data()) == (404, b"none")
