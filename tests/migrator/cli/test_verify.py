"""``--verify`` runs the project's tests on copies, and writes only what loses none of them."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import snapshot

PYTEST = f"{shlex.quote(sys.executable)} -m pytest -q -p compat_shims.pytest_plugin"

TESTS = """
from app import app


def test_plain():
    assert app.test_client().get("/plain").data == b"plain"


def test_name():
    assert "app" in app.name
"""
ON_FLASK_ONLY = """

def test_is_flask():
    import flask

    assert type(app) is flask.Flask
"""


@pytest.fixture
def tested(project, tmp_path, monkeypatch) -> Path:
    """Return a project whose two tests pass before and after; temporary files have a folder."""
    # Each run compiles every module that it imports anew: no plugins but ours keep it quick.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (project / "test_app.py").write_text(TESTS)
    return project


def refused(result, project, before, *words, status):
    assert result.status == status, result
    assert "Traceback (" not in result.err
    assert [word for word in words if word not in result.err] == [], result.err
    assert snapshot(project) == before


def test_a_migration_whose_tests_pass_is_written(run, tested, tmp_path):
    result = run(tested, "--verify", PYTEST)
    assert result.status == 0, result
    assert "Tests before the migration: 2 passed\n" in result.err
    assert "Tests after the migration:  2 passed\n" in result.err
    assert "Requests served by Quart:   1\n" in result.err
    assert "async def index" in (tested / "app.py").read_text()
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not (tested / "__pycache__").exists()


def test_a_test_that_would_be_lost_is_named_and_nothing_is_written(run, tested, tmp_path):
    (tested / "test_app.py").write_text(TESTS + ON_FLASK_ONLY)
    before = snapshot(tested)
    refused(
        run(tested, "--quiet", "--verify", PYTEST),
        tested,
        before,
        "Tests before the migration: 3 passed\n",
        "Tests after the migration:  2 passed, 1 failed, exit status 1\n",
        "  test_app::test_is_flask: AssertionError: assert <class 'quart.app.Quart'>",
        "so nothing was written",
        "--explain PATH:LINE",
        "--strategy bridge",
        "--skip RULE",
        status=1,
    )
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_copy_is_written_only_if_its_tests_pass(run, tested, tmp_path):
    assert run(tested, "--output", tmp_path / "good", "--verify", PYTEST).status == 0
    assert "async def" in (tmp_path / "good/app.py").read_text()
    (tested / "test_app.py").write_text(TESTS + ON_FLASK_ONLY)
    assert run(tested, "--output", tmp_path / "bad", "--verify", PYTEST).status == 1
    assert not (tmp_path / "bad").exists()


def test_a_test_that_fails_before_may_fail_after(run, tested):
    (tested / "test_app.py").write_text(TESTS + "\n\ndef test_broken():\n    assert False\n")
    result = run(tested, "--verify", PYTEST)
    assert result.status == 0, result
    assert "Tests after the migration:  2 passed, 1 failed, exit status 1" in result.err


def test_tests_that_do_not_pass_before_the_migration(run, tested):
    (tested / "test_app.py").write_text("import no_such_library\n")
    before = snapshot(tested)
    result = run(tested, "--verify", PYTEST)
    words = ("the tests do not pass before the migration", "status 2", "no_such_library")
    refused(result, tested, before, *words, status=2)


def test_a_command_that_does_not_run_pytest_is_judged_by_its_exit_status(run, tested):
    before = snapshot(tested)
    refused(
        run(tested, "--verify", "echo looking; grep -q 'from flask import' app.py"),
        tested,
        before,
        "the command left no report of pytest, exit status 0",
        "the command left no report of pytest, exit status 1",
        "    looking",
        status=1,
    )
    assert run(tested, "--verify", "grep -q 'def index' app.py").status == 0


def test_a_package_below_src_is_imported_from_the_copy(run, tested):
    (tested / "src").mkdir()
    (tested / "app.py").rename(tested / "src/app.py")
    assert run(tested, "--verify", PYTEST).status == 0
    assert "async def index" in (tested / "src/app.py").read_text()


def test_tests_that_import_the_original(run, tested):
    path = f"import sys\n\nsys.path.insert(0, {str(tested)!r})\nimport app\n"
    (tested / "conftest.py").write_text(path)
    before = snapshot(tested)
    result = run(tested, "--verify", PYTEST)
    refused(result, tested, before, f"imports {tested / 'app.py'} itself, not its copy", status=2)


def test_an_environment_of_the_project_is_at_hand_in_the_copies(run, tested):
    (tested / ".venv/bin").mkdir(parents=True)
    (tested / ".venv/pyvenv.cfg").write_text("")
    (tested / ".venv/bin/check").symlink_to("/bin/true")
    assert run(tested, "--verify", ".venv/bin/check").status == 0
    assert (tested / ".venv/pyvenv.cfg").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--check", "--verify", "true"], "--verify and --check exclude each other"),
        (["--diff", "--verify", "true"], "--verify and --diff exclude each other"),
        (["--verify", " "], "--verify needs a command"),
    ],
)
def test_wrong_usage(run, tested, arguments, words):
    before = snapshot(tested)
    refused(run(tested, *arguments), tested, before, words, status=2)


def test_a_single_file_has_no_tests_to_copy(run, tested):
    before = snapshot(tested)
    result = run(tested / "app.py", "--verify", "true")
    refused(result, tested, before, "name its folder", status=2)


def test_temporary_files_inside_the_project(run, tested, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tested))
    before = snapshot(tested)
    refused(run(tested, "--verify", "true"), tested, before, "set TMPDIR", status=2)


def test_nothing_to_migrate_runs_nothing(run, tested):
    assert run(tested).status == 0
    assert run(tested, "--verify", "false").status == 0


def test_ctrl_c_leaves_nothing_behind(tested, tmp_path):
    started = tmp_path / "started"
    command = f"echo $$ > {started}.new; mv {started}.new {started}; sleep 100"
    before = snapshot(tested)
    migrator = subprocess.Popen(
        [sys.executable, "-m", "migrator", str(tested), "--verify", command],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not started.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    migrator.send_signal(signal.SIGINT)
    _, said = migrator.communicate(timeout=60)
    assert migrator.returncode == 130
    assert "interrupted: nothing was changed" in said
    assert snapshot(tested) == before
    assert list((tmp_path / "temporary").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
