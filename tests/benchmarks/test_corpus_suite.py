import sys
from pathlib import Path

import pytest
from corpus_samples import app, project
from corpus_samples import suite as suite_of

from benchmarks import network, processes
from benchmarks.apps import suite
from benchmarks.apps.migration import digests, folders_of_tests
from benchmarks.apps.places import Places, default_root
from benchmarks.apps.results import AppResult, store, stored
from benchmarks.apps.suite import Request, suite_variables
from benchmarks.errors import StepError, UsageError
from benchmarks.processes import TIMED_OUT, Finished
from migrator.trial.outcome import Test


def request(tmp_path, *options):
    return Request(
        tmp_path, tmp_path / "a/b/env", tmp_path / "j u.xml", tmp_path / "log", options, {}
    )


def test_pytest_is_told_where_to_report_and_nothing_of_the_caller(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--lf")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    variables = suite_variables(project("wikmd"), request(tmp_path, "--quart-report", "r.json"))
    assert variables["PYTEST_ADDOPTS"] == (
        "-q -o addopts= -o faulthandler_timeout=60 -p no:cacheprovider "
        f"'--junitxml={tmp_path / 'j u.xml'}' --quart-report r.json"
    )
    assert "PYTHONPATH" not in variables
    assert variables["PATH"].startswith(str(tmp_path / "a/b/env" / "bin"))
    assert variables["GIT_AUTHOR_NAME"] == "t"


@pytest.mark.parametrize(
    ("status", "outcomes", "trouble"),
    [
        (0, ("passed",), ""),
        (1, ("passed", "failed"), ""),
        (1, ("passed",), "exited 1: 1 coroutine was never awaited"),
        (3, ("passed", "failed"), "exited 3: 1 coroutine was never awaited"),
        (0, (), "exited 0: 1 coroutine was never awaited"),
        (TIMED_OUT, ("passed",), "ran out of time: 1 coroutine was never awaited"),
    ],
)
def test_a_run_without_failures_may_still_count_for_nothing(status, outcomes, trouble):
    tests = [Test("t", outcome, "") for outcome in outcomes]
    finished = Finished(status, "x\n1 coroutine was never awaited\n", 1.0)
    assert suite._trouble(finished, tests) == trouble


def test_a_command_that_takes_too_long_is_killed_with_its_children(tmp_path):
    finished = processes.run(
        ("sh", "-c", "echo begun; sleep 30 & sleep 30"),
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        limit=0.3,
        log=tmp_path / "logs" / "log",
    )
    assert finished.status == TIMED_OUT
    assert "begun" in (tmp_path / "logs" / "log").read_text()


def test_a_step_that_must_succeed_says_how_it_did_not(tmp_path):
    with pytest.raises(StepError, match="exited 3: no such thing"):
        processes.must(
            (sys.executable, "-c", "print('no such thing'); raise SystemExit(3)"),
            cwd=tmp_path,
            env={},
        )


def test_a_system_without_unshare_gives_the_reason(monkeypatch):
    monkeypatch.setattr(network, "which", lambda name: None)
    found = network.isolation.__wrapped__()
    assert not found.works
    assert found.reason == "this system has no `unshare`"


def test_a_system_that_refuses_gives_the_reason(monkeypatch):
    monkeypatch.setattr(network, "which", lambda name: "/usr/bin/false")
    assert "refused" in network.isolation.__wrapped__().reason


def test_test_files_are_those_of_the_command_and_those_named_as_tests(tmp_path):
    for name in ("tests/data.sql", "app/conftest.py", "app/core.py", "tests/__pycache__/x.pyc"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert set(digests(project(), tmp_path)) == {"tests/data.sql", "app/conftest.py"}


def test_the_folders_of_tests_are_read_from_the_command():
    assert folders_of_tests(project("bepasty")) == ("src/bepasty/tests/",)
    assert folders_of_tests(project("flask-caching")) == ("tests/",)


def test_a_root_below_pytest_settings_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    with pytest.raises(UsageError, match="whose pytest settings would rule"):
        Places(tmp_path / "build" / "corpus").check()


def test_the_default_root_is_in_the_cache_of_the_user(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert default_root() == Path("/caches/flask-to-quart/corpus")


def test_a_result_comes_back_as_it_was_stored(tmp_path):
    result = app(suite_of(a="passed"), suite_of(a="failed"))
    store(tmp_path / "r" / "one.json", result, "digest")
    assert stored(tmp_path / "r" / "one.json", AppResult, "digest") == result


def test_a_result_of_other_code_is_not_reused(tmp_path):
    store(tmp_path / "one.json", app(suite_of(a="passed"), suite_of(a="passed")), "digest")
    assert stored(tmp_path / "one.json", AppResult, "other") is None
    assert stored(tmp_path / "none.json", AppResult, "digest") is None


def test_a_result_of_another_shape_is_not_reused(tmp_path):
    store(tmp_path / "one.json", {"name": "flaskr"}, "digest")
    assert stored(tmp_path / "one.json", AppResult, "digest") is None
