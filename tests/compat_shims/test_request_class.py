"""A class of Flask's requests that the project brings: the companion's."""

import io

import flask
import pytest
from quart import Quart, request
from quart.datastructures import FileStorage

from compat_shims import flask_app, offload

pytestmark = pytest.mark.asyncio


class Upload(flask.Request):
    """Counts the bytes of each file while it is received."""

    def __init__(self, environ, populate_request=True, shallow=False):
        super().__init__(environ, populate_request, shallow)
        self.names = []

    def _get_file_stream(self, total_content_length, content_type, filename=None, **_):
        self.names.append(filename)
        return io.BytesIO()


class UploadApp(Quart):
    request_class = Upload


def assigned_before():
    app = Quart(__name__)
    app.request_class = Upload
    flask_app(app)
    return app


def assigned_after():
    app = Quart(__name__)
    flask_app(app)
    app.request_class = Upload
    return app


def of_the_class():
    app = UploadApp(__name__)
    flask_app(app)
    return app


@pytest.mark.parametrize("make", [assigned_before, assigned_after, of_the_class])
async def test_flask_code_gets_it_and_quart_keeps_its_own(make):
    app = make()

    @app.post("/sync")
    def sync():
        return {"files": list(flask.request.files), "names": flask.request.names}

    @app.post("/async")
    async def is_async():
        files = await offload(lambda: list(flask.request.files))
        return {"files": files, "names": request.names}

    assert flask_app(app).request_class is Upload
    for path in ("/sync", "/async"):
        files = {"a": FileStorage(io.BytesIO(b"123"), filename="a.txt")}
        response = await app.test_client().post(path, files=files)
        assert await response.get_json() == {"files": ["a"], "names": ["a.txt"]}
