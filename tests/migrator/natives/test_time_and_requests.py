"""Waits and requests that a migrated app awaits natively, held against Quart itself."""

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from serving import messages, migrated

from compat_shims.guard import forbid_blocking

SLEEPING = """
    import time

    from flask import Flask

    app = Flask(__name__)


    def wait(seconds):
        time.sleep(seconds)


    @app.route("/wait")
    def waiting():
        wait(0.2)
        return "done"
"""
CALLING = """
    import requests
    from flask import Flask, current_app, request

    app = Flask(__name__)


    def fetch(path, **options):
        return requests.get(current_app.config["SERVICE"] + path, **options)


    @app.post("/times")
    def times():
        response = requests.get(current_app.config["SERVICE"], params=request.form, timeout=5)
        response.raise_for_status()
        return {"times": response.json()["times"], "type": response.headers["Content-Type"]}


    @app.get("/missing")
    def missing():
        try:
            requests.get(current_app.config["SERVICE"] + "/missing").raise_for_status()
        except requests.HTTPError as error:
            return {"status": error.response.status_code}


    @app.get("/starred")
    def starred():
        return fetch("/", timeout=5).text
"""


class Service(BaseHTTPRequestHandler):
    """A service that needs a moment."""

    def do_GET(self):
        time.sleep(0.05)
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"times": 2}')

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.asyncio
async def test_waits_hold_no_thread(tmp_path):
    module, report = migrated(tmp_path, SLEEPING, "time=asyncio")
    assert messages(report) == []
    assert "compat_shims" not in (tmp_path / "app.py").read_text()
    client = module.app.test_client()
    start = time.perf_counter()
    with forbid_blocking():
        answers = await asyncio.gather(*(client.get("/wait") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert time.perf_counter() - start < 5


@pytest.mark.asyncio
async def test_requests_go_by_aiohttp_and_answers_and_errors_stay(tmp_path, service):
    module, report = migrated(tmp_path, CALLING, "requests=aiohttp")
    assert messages(report) == [
        "native-requests: this request keeps its blocking form: its arguments are not written out"
    ]
    module.app.config["SERVICE"] = service
    client = module.app.test_client()
    with forbid_blocking():
        answer = await client.post("/times", form={"q": "x"})
        missing = await client.get("/missing")
        starred = await client.get("/starred")
    assert await answer.get_json() == {"times": 2, "type": "application/json"}
    assert await missing.get_json() == {"status": 404}
    assert await starred.get_data() == b'{"times": 2}'


@pytest.mark.parametrize(
    "test",
    [
        "import responses\n",
        "from unittest import mock\nwith mock.patch('app.requests.get'):\n    ...\n",
        "from unittest import mock\nwith mock.patch('app.requests'):\n    ...\n",
        "import requests\ndef test_it(monkeypatch):\n    monkeypatch.setattr(requests, 'get', 1)\n",
        "import requests\ndef test_it():\n    requests.get = None\n",
    ],
)
def test_what_tests_replace_stays(tmp_path, test):
    migrated(tmp_path, CALLING, "requests=aiohttp", test_app__py=f"import app\n{test}")
    assert "aiohttp" not in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(monkeypatch):\n    monkeypatch.setattr('time.sleep', print)\n",
        "import time\ndef test_it(monkeypatch):\n    monkeypatch.setattr(time, 'sleep', print)\n",
        "from unittest.mock import patch\n@patch('app.time.sleep')\ndef test(sleep):\n    ...\n",
    ],
)
def test_a_wait_that_tests_replace_stays(tmp_path, test):
    migrated(tmp_path, SLEEPING, "time=asyncio", test_app__py=f"import app\n{test}")
    assert "asyncio" not in (tmp_path / "app.py").read_text()


@pytest.mark.parametrize(
    ("imports", "kept"),
    [
        ("import time\nfrom flask import Flask", False),
        ("import time as clock\nfrom flask import Flask", False),
        ("from time import sleep, time\nfrom flask import Flask", True),
        ("try:\n    import time\nexcept ImportError:\n    raise\nfrom flask import Flask", True),
    ],
)
def test_an_import_goes_when_nothing_uses_it_any_more(tmp_path, imports, kept):
    names = {"as clock": "clock.sleep", "import sleep": "sleep"}
    callee = next((it for key, it in names.items() if key in imports), "time.sleep")
    view = f"@app.route('/')\ndef index():\n    {callee}(0)\n    return ''\n"
    migrated(tmp_path, f"{imports}\n\napp = Flask(__name__)\n\n\n{view}", "time=asyncio")
    text = (tmp_path / "app.py").read_text()
    assert "await asyncio.sleep(0)" in text
    assert ("time" in text) is kept


def test_an_import_that_another_module_uses_stays(tmp_path):
    other = "from app import time\nprint(time.time())\n"
    migrated(tmp_path, SLEEPING, "time=asyncio", other__py=other)
    assert "import time" in (tmp_path / "app.py").read_text()


def test_a_module_with_another_asyncio_stays(tmp_path):
    source = SLEEPING.replace("import time", "import time\n    import sched as asyncio")
    migrated(tmp_path, source, "time=asyncio")
    assert "asyncio.sleep" not in (tmp_path / "app.py").read_text()
