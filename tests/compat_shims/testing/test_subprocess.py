"""A program that a test starts has Flask's test API, too: httpbin's tests do that."""

import subprocess
import sys

import pytest

from compat_shims import testing

PROGRAM = """
from compat_shims import flask_app
from quart import Quart

app = Quart("program")
flask_app(app)

@app.route("/")
async def index():
    return "index"

print(app.test_client().get("/").get_data(as_text=True))
"""


@pytest.fixture
def test_run():
    testing.install()
    yield
    testing.uninstall()


def run():
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_program_started_by_a_test_joins_the_run(test_run):
    result = run()
    assert result.stdout == "index\n", result.stderr


def test_a_program_started_otherwise_does_not():
    assert "coroutine" in run().stderr
