"""requests' functions over aiohttp: the same answers and errors as requests, for each parameter."""

import asyncio
import base64
import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from quart import Quart

from compat_shims import aiohttp_requests, flask_app, guard

pytestmark = pytest.mark.asyncio


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent, or as the path says."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name = self.path.split("?")[0].strip("/") or "echo"
        getattr(self, f"say_{name}", self.say_echo)(body)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def say_echo(self, body):
        headers = {key.lower(): value for key, value in self.headers.items() if key != "Host"}
        told = {"method": self.command, "path": self.path, "body": body.decode("latin-1")}
        self.say(json.dumps({**told, "headers": headers}).encode(), "application/json")

    def say_packed(self, body):
        packed = gzip.compress("schön".encode("latin-1"))
        self.say(packed, "text/plain", ("Content-Encoding", "gzip"), ("Set-Cookie", "a=1; Path=/"))

    def say_away(self, body):
        self.say(b"", "text/plain", ("Location", "/?from=away"), ("Set-Cookie", "b=2"), status=302)

    def say_around(self, body):
        self.say(b"", "text/plain", ("Location", "/around"), status=301)

    def say_missing(self, body):
        self.say(b"no", "text/plain", status=404)

    def say_short(self, body):
        self.say(b"cut", "text/plain", ("Content-Length", "9"))

    def say_never(self, body):
        self.server.over.wait(20)

    def say(self, body, kind, *more, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if not any(name == "Content-Length" for name, _ in more):
            self.send_header("Content-Length", str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.over = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def seen(response):
    """All that code may read of a response, but what depends on the moment."""
    return {
        "url": response.url,
        "status": (response.status_code, response.reason, response.ok),
        "body": (response.content, response.text, response.encoding),
        "headers": {**response.headers, "Date": ""},
        "cookies": response.cookies.get_dict(),
        "history": [(it.status_code, it.url) for it in response.history],
        "sent": (response.request.method, response.request.url, dict(response.request.headers)),
    }


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("get", "/", {}),
        ("get", "/a b/ü", {"params": {"q": ["ä b", "c"], "n": 1, "none": None, "yes": True}}),
        ("get", "/", {"headers": {"X-Word": "hello", "Accept": None}}),
        ("get", "/", {"cookies": {"a": "b c"}}),
        ("get", "/", {"auth": ("ada", "söcret")}),
        ("get", "/packed", {"timeout": (3, 5)}),
        ("get", "/missing", {}),
        ("get", "/away", {}),
        ("get", "/away", {"allow_redirects": False}),
        ("head", "/away", {}),
        ("head", "/", {"allow_redirects": True}),
        ("post", "/", {"data": {"a": 1, "b": ["x", "y"]}}),
        ("post", "/", {"data": "plain ü".encode()}),
        ("post", "/", {"json": {"a": [1, None, "ü"]}}),
        ("post", "/away", {"data": {"a": 1}}),
        ("put", "/", {"data": "text"}),
        ("patch", "/", {"json": {}}),
        ("delete", "/", {"timeout": 5}),
        ("options", "/", {"verify": False}),
        ("get", "/", {"stream": True}),
        ("post", "/", {"data": iter([b"piece", b"meal"])}),
    ],
)
async def test_answers_are_those_of_requests(url, method, path, options):
    if "data" in options and hasattr(options["data"], "__next__"):
        pieces = list(options["data"])
        both = [{"data": iter(pieces)}, {"data": iter(pieces)}]
    else:
        both = [options, options]
    expected = await asyncio.to_thread(getattr(requests, method), url + path, **both[0])
    answer = await getattr(aiohttp_requests, method)(url + path, **both[1])
    assert type(answer) is requests.Response
    assert seen(answer) == seen(expected)
    expected.close()
    answer.close()


async def test_files_are_sent(url):
    answer = await aiohttp_requests.post(url, files={"file": ("a.txt", b"content")})
    assert 'filename="a.txt"\r\n\r\ncontent\r\n' in answer.json()["body"]


async def test_a_request_by_its_method(url):
    answer = await aiohttp_requests.request("PATCH", url, data=b"x")
    assert (answer.json()["method"], answer.json()["body"]) == ("PATCH", "x")


async def test_digest_authentication_is_left_to_requests(url):
    auth = requests.auth.HTTPDigestAuth("ada", "secret")
    assert (await aiohttp_requests.get(url, auth=auth)).ok


async def test_a_proxy_gets_the_whole_address(url):
    proxies = {"http": url.replace("http://", "http://ada:secret@")}
    answer = await aiohttp_requests.get("http://shop.invalid/x", proxies=proxies)
    sent = answer.json()
    assert sent["path"] == "http://shop.invalid/x"
    assert sent["headers"]["proxy-authorization"].startswith("Basic ")


async def test_the_netrc_file_is_read(url, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ada password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    sent = (await aiohttp_requests.get(url)).json()["headers"]["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"ada:secret"


@pytest.mark.parametrize(
    ("path", "options", "error"),
    [
        ("/never", {"timeout": 0.05}, requests.ReadTimeout),
        ("/around", {}, requests.TooManyRedirects),
        ("/short", {}, requests.exceptions.ChunkedEncodingError),
        ("/", {"proxies": {"http": "http://127.0.0.1:1"}}, requests.exceptions.ProxyError),
        ("/", {"params": 1}, TypeError),
    ],
)
async def test_errors_are_those_of_requests(url, path, options, error):
    with pytest.raises(error) as raised:
        await aiohttp_requests.get(url + path, **options)
    if isinstance(raised.value, requests.RequestException):
        assert raised.value.request.url == url + path or error is requests.TooManyRedirects


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("no-scheme", requests.exceptions.MissingSchema),
        ("http://", requests.exceptions.InvalidURL),
        ("http://127.0.0.1:1/", requests.ConnectionError),
    ],
)
async def test_addresses_that_lead_nowhere(address, error):
    with pytest.raises(error):
        await aiohttp_requests.get(address)


async def test_a_server_that_speaks_no_tls(url):
    with pytest.raises(requests.exceptions.SSLError):
        await aiohttp_requests.get(url.replace("http", "https"))


async def test_a_view_holds_no_thread_and_no_loop_while_it_waits(url):
    app = Quart(__name__)
    flask_app(app)

    @app.get("/")
    async def index():
        return (await aiohttp_requests.get(url)).json()["path"]

    with guard.forbid_blocking():
        answers = await asyncio.gather(*(app.test_client().get("/") for _ in range(20)))
    assert {await answer.get_data() for answer in answers} == {b"/"}
