"""A bridged app, and a guard against lost leases."""

import asyncio
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any
from weakref import WeakSet

import pytest
import under
from quart import Quart
from werkzeug.datastructures import Headers

from compat_shims import flask_app, lane, stats
from compat_shims.pool import Pool

FLASK = tuple(int(part) for part in version("flask").split(".")[:2])

since_flask_3_1 = pytest.mark.skipif(FLASK < (3, 1), reason="Flask 3.0 has no such feature")


def pytest_configure(config):
    under.configure(config)
    config.addinivalue_line("markers", "since_flask_3_1: needs a feature that Flask 3.0 lacks")


def pytest_report_header():
    return f"compat_shims: under {under.UNDER} (TEST_UNDER: {', '.join(under.CHOICES)})"


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(obj):
    under.prepare(obj)


@pytest.fixture
def anyio_backend():
    """Quart runs on asyncio alone."""
    return "asyncio"


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("since_flask_3_1") is not None:
            item.add_marker(since_flask_3_1)


@pytest.fixture(autouse=True)
def no_thread_left(monkeypatch):
    """End the idle threads of every pool of the test: other tests wait for all threads."""
    pools = WeakSet([lane._default_pool])
    start = Pool.__init__

    def noting(pool, *args):
        start(pool, *args)
        pools.add(pool)

    monkeypatch.setattr(Pool, "__init__", noting)
    yield
    for pool in pools:
        pool.stop_idle_threads()


@pytest.fixture
def app(tmp_path):
    """A Quart app with a companion, on which no thread may stay leased."""
    app = Quart("shop", root_path=str(tmp_path))
    app.config.update(SECRET_KEY="test", TESTING=True)
    flask_app(app)
    yield app
    assert stats(app).leased == 0, "a lease was lost"
    app.bridge.pool.stop_idle_threads()


@pytest.fixture
def companion(app):
    return flask_app(app)


@pytest.fixture
def client(app):
    """Quart's own client."""
    from quart.testing import QuartClient

    return QuartClient(app)


@dataclass
class Exchange:
    """One request driven through the ASGI interface, message by message."""

    app: Any
    scope: dict[str, Any]
    body: list[bytes]
    sent: list[dict[str, Any]] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self):
        if self.body:
            chunk = self.body.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(self.body)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.gone.set()  # As servers do once the response is complete.

    async def run(self):
        await self.app(self.scope, self.receive, self.send)
        return self

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def headers(self):
        return Headers((k.decode(), v.decode()) for k, v in self.sent[0]["headers"])

    @property
    def chunks(self):
        return [m["body"] for m in self.sent if m["type"] == "http.response.body" and m["body"]]

    @property
    def text(self):
        return b"".join(self.chunks).decode()


@pytest.fixture
def exchange(app):
    """Return a function that makes an `Exchange`; a bare path is a GET request."""

    def make(path="/", method="GET", body=(b"",), headers=(), **scope):
        path, _, query = path.partition("?")
        base = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [
                (b"host", b"localhost"),
                *((k.lower().encode(), v.encode()) for k, v in headers),
            ],
            "client": ("127.0.0.1", 5),
            "server": ("localhost", 80),
        }
        return Exchange(app, base | scope, list(body))

    return make
