"""``python -m unittest`` over a migrated app, in a process of its own."""

import subprocess
import sys

import pytest

APP = """
import compat_shims
from quart import Quart, request

app = Quart(__name__)
app.config["TESTING"] = True
compat_shims.flask_app(app)

@app.get("/")
async def index():
    return "index"

@app.get("/forgets")
async def forgets():
    request.get_data()
    return "forgotten"
"""

TESTS = """
import unittest

from app import app

class AppTest(unittest.TestCase):
    def setUp(self):
        self.context = app.app_context()
        self.context.push()
        self.client = app.test_client()

    def tearDown(self):
        self.context.pop()

    def test_index(self):
        self.assertEqual(self.client.get("/").text, "index")

    def test_without_request(self):
        self.assertTrue(app.name)

    @unittest.skip("does not count")
    def test_skipped(self):
        self.client.get("/")

if __name__ == "__main__":
    unittest.main()
"""

PLAIN_APP = """
from compat_shims.testing import install_for_unittest
from quart import Quart

install_for_unittest()
app = Quart(__name__)

@app.get("/")
async def index():
    return "index"
"""

LINE = (
    "flask-to-quart: 1 requests served by Quart, 0 by Flask alone, "
    "in 2 tests of which 1 sent a request"
)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "app.py").write_text(APP)

    def run(tests, *command):
        (tmp_path / "test_app.py").write_text(tests)
        return subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.parametrize("command", [["-m", "unittest"], ["test_app.py"]])
def test_the_tests_run_on_quart_and_are_counted(run, command):
    done = run(TESTS, *command)
    assert done.returncode == 0, done.stderr
    assert done.stderr.rstrip().endswith(LINE)
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("command", [["-m", "unittest"], ["test_app.py"]])
def test_an_app_without_a_companion_begins_the_run_once(run, tmp_path, command):
    (tmp_path / "app.py").write_text(PLAIN_APP)
    done = run(TESTS, *command)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(LINE) == done.stderr.count("flask-to-quart:") == 1


def test_app_and_tests_may_be_one_file(run):
    tests = (
        "import unittest\n"
        + APP
        + TESTS.replace("from app import app", "").replace(
            "self.context = app.app_context()", "self.context = app.test_request_context()"
        )
    )
    done = run(tests, "test_app.py")
    assert done.returncode == 0, done.stderr


def test_a_coroutine_never_awaited_fails_its_test(run):
    done = run(
        TESTS.replace('"/").text, "index"', '"/forgets").text, "forgotten"'), "-m", "unittest"
    )
    assert done.returncode == 1
    assert "FAIL: test_index" in done.stderr
    assert "get_data" in done.stderr
    assert "was never awaited, called at" in done.stderr


def test_an_async_test_that_would_not_run_fails(run):
    done = run(
        TESTS.replace("def test_without_request", "async def test_without_request"),
        "-m",
        "unittest",
    )
    assert done.returncode == 1
    assert "test_without_request" in done.stderr


def test_one_kept_until_the_end_fails_the_run(run):
    tests = TESTS.replace(
        "def test_without_request(self):",
        "def test_without_request(self):\n        keep(forgotten())",
    ).replace(
        "class AppTest",
        """
async def forgotten():
    pass

def keep(coroutine):
    holder = [coroutine]
    holder.append(holder)
    gc.collect(1)
    gc.collect(1)
    gc.disable()

class AppTest""",
    )
    done = run("import gc\n" + tests, "-m", "unittest")
    assert done.returncode == 1
    assert "forgotten" in done.stderr


def test_any_other_program_is_left_alone(run):
    done = run(TESTS, "-c", "import app; print(type(app.app.test_client()).__mro__)")
    assert done.returncode == 0, done.stderr
    assert "QuartClient" in done.stdout
    assert "FlaskClient" not in done.stdout
    assert "flask-to-quart" not in done.stderr


COMMAND = """
@app.cli.command("test")
def test():
    import unittest

    tests = unittest.TestLoader().discover(".")
    unittest.TextTestRunner().run(tests)
"""


def test_a_command_of_the_app_runs_the_tests_on_quart(run, tmp_path):
    (tmp_path / "app.py").write_text(APP + COMMAND)
    done = run(TESTS, "-m", "quart", "--app", "app", "test")
    assert "OK (skipped=1)" in done.stderr
    assert LINE in done.stderr


def test_a_command_that_runs_no_tests_is_no_test_run(run, tmp_path):
    show = "\n@app.cli.command('show')\ndef show():\n    print(type(app).__name__)\n"
    (tmp_path / "app.py").write_text(APP + show)
    done = run(TESTS, "-m", "quart", "--app", "app", "show")
    assert (done.stdout, done.stderr) == ("Quart\n", "")
