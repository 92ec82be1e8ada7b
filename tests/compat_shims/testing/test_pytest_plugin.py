"""What the pytest plugin does, seen from outside: each test runs pytest in a process of its own."""

import json
from types import SimpleNamespace

import pytest

from compat_shims.testing.pytest_run import ServedRun

pytest_plugins = ["pytester"]

APP = """
from quart import Quart, request

app = Quart(__name__)
app.config["TESTING"] = True

@app.get("/")
async def index():
    return "index"

@app.get("/forgets")
async def forgets():
    request.get_data()
    return "forgotten"

@app.get("/cycle")
async def cycle():
    holder = [request.get_data()]
    holder.append(holder)
    return "forgotten, in a cycle"
"""

TESTS = """
from app import app

def test_get():
    assert app.test_client().get("/").text == "index"

def test_get_twice():
    client = app.test_client()
    assert client.get("/").text == client.get("/").text

def test_without_request():
    assert app.name == "app"
"""


@pytest.fixture
def project(pytester, monkeypatch):
    # Each plugin of the environment that is imported takes its time; ours is named in `run`.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(app=APP, test_project=TESTS)
    return pytester


def run(project, *args):
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "flask-to-quart", *args)


def run_with_all_plugins(project, monkeypatch, *args):
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:asyncio", *args)


LINE = (
    "flask-to-quart: 3 requests served by Quart, 0 by Flask alone, "
    "in 3 tests of which 2 sent a request"
)


def test_it_does_nothing_unless_asked(project):
    project.makepyfile(
        test_project="""
        import sys

        def test_nothing_is_imported():
            assert "quart" not in sys.modules
            assert "compat_shims.testing.pytest_run" not in sys.modules
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("flask-to-quart:*")


def test_the_configuration_of_the_project_can_ask(project):
    project.makeini("[pytest]\nquart_served = true\nfilterwarnings = error")
    result = run(project)
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    result.stdout.fnmatch_lines([LINE])


@pytest.mark.parametrize("options", [["--quart-served"], ["--served-at-least", "3"]])
def test_an_option_can_ask(project, options):
    result = run(project, *options)
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    result.stdout.fnmatch_lines([LINE])


def test_a_pytest_that_lacks_a_name_of_later_ones_will_do(project):
    project.makepyfile(old="import pytest\n\ndel pytest.TerminalReporter\n")
    result = project.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "old", "-p", "compat_shims.pytest_plugin"
    )
    result.assert_outcomes(passed=3)


def test_to_name_the_plugin_asks_too_though_it_is_loaded_already(project, monkeypatch):
    result = run_with_all_plugins(project, monkeypatch, "-p", "compat_shims.pytest_plugin")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([LINE])


def test_a_conftest_may_name_the_plugin_too(project):
    project.makeconftest("pytest_plugins = ['compat_shims.pytest_plugin']")
    result = run(project, "--quart-served")
    result.assert_outcomes(passed=3)


def test_too_few_requests_fail_the_run(project):
    result = run(project, "--served-at-least", "4")
    result.assert_outcomes(passed=3)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["flask-to-quart: at least 4 requests served by Quart expected*"])


def test_the_report_names_the_tests_that_sent_a_request(project, tmp_path):
    run(project, "--quart-report", str(tmp_path / "report.json"))
    assert json.loads((tmp_path / "report.json").read_text()) == {
        "served_by_quart": 3,
        "served_by_flask": 0,
        "tests": 3,
        "requesting": ["test_project.py::test_get", "test_project.py::test_get_twice"],
        "faults": [],
    }


def test_requests_that_flask_served_by_itself_are_counted(project):
    project.makepyfile(
        another="""
        import flask

        app = flask.Flask(__name__)
        """,
        test_project="""
        from another import app

        def test_flask():
            assert app.test_client().get("/").status_code == 404
        """,
    )
    result = run(project, "--quart-served")
    result.stdout.fnmatch_lines(
        ["flask-to-quart: 0 requests served by Quart, 1 by Flask alone, in 1 tests of which 1*"]
    )


def test_the_own_suite_of_an_extension_can_run_on_quart(project):
    project.makeconftest("from flask import Flask\napp = Flask('app')")
    project.makepyfile(
        test_project="""
        from conftest import app

        def test_flask():
            assert app.test_client().get("/").status_code == 404
        """
    )
    result = run(project, "--flask-on-quart")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["flask-to-quart: 1 requests served by Quart, 0 by Flask alone*"])


@pytest.mark.parametrize("path", ["/forgets", "/cycle"])
def test_a_coroutine_never_awaited_fails_the_test(project, path):
    project.makepyfile(
        test_project=f"""
        import warnings
        from app import app

        warnings.simplefilter("ignore")

        def test_get():
            assert app.test_client().get("{path}").status_code == 200

        def test_innocent():
            pass
        """
    )
    project.makeini("[pytest]\nquart_served = true\nfilterwarnings = ignore")
    result = run(project, "-rfE")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*coroutine *get_data* was never awaited, called at *app.py:*"])
    result.stdout.re_match_lines([r"(FAILED|ERROR) test_project.py::test_get"])
    result.stdout.no_re_match_line(r"(FAILED|ERROR) test_project.py::test_innocent")


def test_a_coroutine_never_awaited_that_no_test_is_to_blame_for_fails_the_run(project):
    project.makeconftest(
        """
        async def forgotten():
            pass

        kept = [forgotten()]

        def pytest_sessionfinish():
            kept.clear()
        """
    )
    result = run(project, "--quart-served", "-W", "ignore")
    result.assert_outcomes(passed=3)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["flask-to-quart: coroutine forgotten*was never awaited*"])


def test_workers_of_xdist_send_their_figures(project, tmp_path):
    project.makeini("[pytest]\nquart_served = true")
    result = run(project, "-p", "xdist", "-n", "2", "--quart-report", str(tmp_path / "report.json"))
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([LINE])
    assert json.loads((tmp_path / "report.json").read_text())["tests"] == 3


def test_reports_of_two_workers_may_come_interleaved():
    figures = ServedRun(None, None)
    for when, test in [(when, test) for when in ("setup", "call", "teardown") for test in "ab"]:
        report = SimpleNamespace(nodeid=test, when=when, skipped=False)
        report.flask_to_quart = {"by_quart": 1} if (when, test) == ("call", "a") else {}
        figures.pytest_runtest_logreport(report)
    lines = []
    figures.pytest_terminal_summary(SimpleNamespace(line=lambda line, **_: lines.append(line)))
    (line,) = lines
    assert line.startswith("flask-to-quart: 1 requests served by Quart")
    assert line.endswith("in 2 tests of which 1 sent a request")


def test_skipped_tests_are_not_counted_and_expected_failures_are(project):
    project.makepyfile(
        test_project="""
        import pytest
        from app import app

        @pytest.mark.skip
        def test_skipped():
            pass

        @pytest.mark.xfail
        def test_expected_to_fail():
            assert app.test_client().get("/").text == "other"
        """
    )
    result = run(project, "--quart-served")
    result.stdout.fnmatch_lines(
        ["flask-to-quart: 1 requests served by Quart, 0 by Flask alone, in 1 tests of which 1*"]
    )
