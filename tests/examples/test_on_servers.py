"""The migrated bookshop under real ASGI servers, visited as a browser visits it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
SERVERS = {
    "uvicorn": ["-m", "uvicorn", "--factory", "bookshop:create_app", "--port", "{port}"],
    "hypercorn": ["-m", "hypercorn", "bookshop:create_app()", "--bind", "127.0.0.1:{port}"],
}


class Visitor:
    """A browser: cookies, and the CSRF token of the page that was seen last."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._token = ""

    def get(self, path: str) -> str:
        return self._open(Request(self._base + path))

    def post(self, path: str, **fields: str) -> str:
        body = urlencode({"csrf_token": self._token, **fields}).encode()
        return self._open(Request(self._base + path, data=body))

    def _open(self, request: Request) -> str:
        with self._opener.open(request, timeout=20) as answer:
            page = answer.read().decode()
        token = TOKEN.search(page)
        self._token = token[1] if token else self._token
        return page


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    copy = tmp_path_factory.mktemp("servers") / "bookshop"
    command = [sys.executable, "-m", "migrator", ROOT / "examples" / "bookshop", "--output", copy]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    seed = [sys.executable, "-m", "quart", "--app", "bookshop", "seed"]
    subprocess.run(seed, cwd=copy, check=True, capture_output=True, timeout=120)
    return copy


@pytest.fixture(scope="module", params=SERVERS)
def address(request, shop) -> Iterator[str]:
    """Where one server serves the shop, for all tests of this module."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, *(it.format(port=port) for it in SERVERS[request.param])]
    with subprocess.Popen(
        command, cwd=shop, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as server:
        try:
            _wait_until_up(server, Visitor(f"http://127.0.0.1:{port}"))
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.communicate(timeout=20)


def _wait_until_up(server: subprocess.Popen, visitor: Visitor) -> None:
    for _ in range(300):
        assert server.poll() is None, server.stderr.read().decode()
        try:
            visitor.get("/")
        except HTTPError:
            raise
        except URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not answer within half a minute")


@pytest.fixture
def visitor(address) -> Visitor:
    return Visitor(address)


def test_a_visit(visitor, request):
    name = f"reader-{request.node.callspec.params['address']}"
    visitor.get("/account/register")
    fields = {"name": name, "email": "r@example.org", "password": "long enough"}
    assert "You can log in now." in visitor.post(
        "/account/register", **fields, repeat=fields["password"]
    )
    assert name in visitor.post("/account/login", name=name, password="long enough")
    assert "is in your basket" in visitor.post("/basket/1", quantity="1")
    review = visitor.post("/books/1", stars="4", body=f"Read by {name}.")
    assert "Thank you for your review." in review
    assert f"Read by {name}." in visitor.get("/books/1")
    saved = visitor.post("/account/profile", email="new@example.org")
    assert "Your profile is saved." in saved
    assert "Good-bye." in visitor.post("/account/logout")
    assert name not in visitor.get("/")
    assert visitor.get("/books.csv").count("\n") > 1


def test_a_forged_form_is_refused(visitor):
    visitor.get("/account/login")
    with pytest.raises(HTTPError) as refused:
        visitor.post("/account/login", name="admin", password="admin", csrf_token="forged")
    assert refused.value.code == 400
    refused.value.close()
