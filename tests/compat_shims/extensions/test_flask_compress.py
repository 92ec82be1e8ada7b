"""Flask-Compress: compressed answers of async and sync views, streams included."""

import gzip
import zlib

import pytest
from migrated import extension, text
from quart import Quart

from compat_shims import as_sync, flask_app

flask_compress = extension("flask_compress")
brotli = extension("brotli")
pytestmark = pytest.mark.asyncio

LONG = b"a book of many pages " * 500
UNPACK = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress}


@pytest.fixture
def app():
    app = Quart(__name__)
    app.config["TESTING"] = True
    compress = flask_compress.Compress(flask_app(app))
    add_views(app)

    @app.get("/decorated")
    @compress.compressed()
    @as_sync
    async def decorated():
        return LONG, {"Content-Type": "text/plain"}

    return app


def add_views(app):
    @app.get("/async")
    async def async_():
        return LONG, {"Content-Type": "text/html"}

    @app.get("/sync")
    def sync():
        return LONG, {"Content-Type": "text/html"}

    @app.get("/async-stream")
    async def async_stream():
        async def chunks():
            for start in range(0, len(LONG), 100):
                yield LONG[start : start + 100]

        return chunks(), {"Content-Type": "text/html"}

    @app.get("/sync-stream")
    def sync_stream():
        chunks = (LONG[start : start + 100] for start in range(0, len(LONG), 100))
        return chunks, {"Content-Type": "text/html"}

    @app.get("/short")
    async def short():
        return "short"


@pytest.mark.parametrize("path", ["/async", "/sync", "/decorated"])
@pytest.mark.parametrize("algorithm", sorted(UNPACK))
async def test_a_long_answer_is_compressed(client, path, algorithm):
    response = await client.get(path, headers={"Accept-Encoding": algorithm})
    content = await response.get_data(as_text=False)
    assert response.headers["Content-Encoding"] == algorithm
    assert response.headers["Content-Length"] == str(len(content))
    assert "Accept-Encoding" in response.headers["Vary"]
    assert len(content) < len(LONG) / 10
    assert UNPACK[algorithm](content) == LONG


@pytest.mark.parametrize("path", ["/async-stream", "/sync-stream"])
async def test_a_stream_is_compressed(client, path):
    response = await client.get(path, headers={"Accept-Encoding": "deflate"})
    content = await response.get_data(as_text=False)
    assert response.headers["Content-Encoding"] == "deflate"
    assert zlib.decompress(content) == LONG


@pytest.mark.parametrize(("path", "accepted"), [("/short", "gzip"), ("/async", "identity")])
async def test_what_need_not_be_compressed_is_not(client, path, accepted):
    response = await client.get(path, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response.headers
    assert await text(response) in {"short", LONG.decode()}
