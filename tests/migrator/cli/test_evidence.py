"""``--evidence`` runs the project's tests once, uses what they see, and says where it differs."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import snapshot

PYTEST = f"{shlex.quote(sys.executable)} -m pytest -q"

HIDDEN = """
import flask

app = flask.Flask(__name__)
NAME = "REQUEST".lower()


def body(source):
    return source.form["name"]


@app.post("/")
def index():
    return body(getattr(flask, NAME))
"""
TESTS = """
from app import app


def test_name():
    assert app.test_client().post("/", data={"name": "you"}).data == b"you"
"""


@pytest.fixture
def hidden(project, tmp_path, monkeypatch) -> Path:
    """Return a project whose request comes by a way that the inference does not follow."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (project / "app.py").write_text(HIDDEN)
    (project / "test_app.py").write_text(TESTS)
    return project


def refused(result, project, before, *words):
    assert result.status == 2, result
    assert "Traceback (" not in result.err
    assert [word for word in words if word not in result.err] == [], result.err
    assert snapshot(project) == before


def test_what_the_tests_see_is_migrated_and_reported(run, hidden, tmp_path):
    result = run(hidden, "--evidence", PYTEST)
    assert result.status == 1, result
    assert "(await source.form)" in (hidden / "app.py").read_text()
    assert "return await body(" in (hidden / "app.py").read_text()
    assert "of 2 places that need an await by what the tests saw, 1 were inferred" in result.err
    assert "app.py:9 the tests used `request.form` in `source.form`" in result.out
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not (hidden / "__pycache__").exists()


def test_what_the_tests_see_is_found_below_notes(run, hidden):
    assert run(hidden, "--evidence", PYTEST, "--annotate").status == 1
    code = (hidden / "app.py").read_text()
    assert "# migrator: left[evidence]: the tests used `request.form` in `source.form`" in code
    assert "(await source.form)" in code
    assert "return await body(" in code


def test_without_it_the_place_is_not_known(run, hidden):
    assert run(hidden).status == 0
    assert "await" not in (hidden / "app.py").read_text()


def test_a_project_that_is_understood_comes_out_as_without(run, project, hidden, tmp_path):
    app = (tmp_path / "shop/app.py").read_text().replace("getattr(flask, NAME)", "flask.request")
    (project / "app.py").write_text(app)
    plain = run(project, "--diff")
    seen = run(project, "--diff", "--evidence", PYTEST)
    assert seen.out == plain.out
    assert "2 were inferred; of 2 that were inferred and run, they saw 2." in seen.err


@pytest.mark.parametrize("mode", ["--diff", "--check"])
def test_modes_that_write_nothing_take_it_too(run, hidden, mode):
    before = snapshot(hidden)
    result = run(hidden, mode, "--evidence", PYTEST, "--report", hidden.parent / "report.json")
    assert result.status == 1
    assert snapshot(hidden) == before
    report = json.loads((hidden.parent / "report.json").read_text())
    assert [it["rule"] for it in report["findings"]] == ["evidence"]


def test_a_reason_rests_on_it(run, hidden):
    told = run(hidden, "--explain", "app.py:8", "--evidence", PYTEST)
    assert (told.status, "body is async" in told.out) == (0, True), told


def test_together_with_verify(run, hidden):
    command = f"{PYTEST} -p compat_shims.pytest_plugin"
    result = run(hidden, "--evidence", PYTEST, "--verify", command)
    assert "Requests served by Quart:   1\n" in result.err
    assert "await source.form" in (hidden / "app.py").read_text()


def test_tests_that_fail_are_told_and_what_was_seen_is_used(run, hidden):
    (hidden / "test_app.py").write_text(TESTS + "\n\ndef test_broken():\n    assert False\n")
    result = run(hidden, "--evidence", PYTEST)
    assert "ended with status 1: what its tests did not reach was not seen" in result.err
    assert "await source.form" in (hidden / "app.py").read_text()


def test_another_runner_than_pytest(run, hidden):
    unittest = TESTS.replace("def test_name():", "if True:")
    (hidden / "test_app.py").write_text(unittest)
    assert run(hidden, "--evidence", f"{shlex.quote(sys.executable)} test_app.py").status == 1
    assert "await source.form" in (hidden / "app.py").read_text()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-command --now", ("'no-such-command --now' ended with status 127", "not found")),
        ("true", ("'true' ended with status 0", "tox, nox and containers")),
        (f"{shlex.quote(sys.executable)} -I -c 1", ("no Python process that it started imported",)),
    ],
)
def test_a_command_that_shows_nothing(run, hidden, command, words):
    before = snapshot(hidden)
    refused(run(hidden, "--evidence", command), hidden, before, *words)


def test_tests_that_import_the_original(run, hidden):
    path = f"import sys\n\nsys.path.insert(0, {str(hidden)!r})\nimport app\n"
    (hidden / "conftest.py").write_text(path)
    before = snapshot(hidden)
    result = run(hidden, "--evidence", PYTEST)
    refused(result, hidden, before, f"--evidence: the command imports {hidden / 'app.py'} itself")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--undo", "--evidence", "true"], "--evidence and --undo exclude each other"),
        (["--list-rules", "--evidence", "true"], "--evidence and --list-rules exclude each other"),
        (["--evidence", " "], '--evidence needs a command: --evidence "python -m pytest -q"'),
    ],
)
def test_wrong_usage(run, hidden, arguments, words):
    before = snapshot(hidden)
    refused(run(hidden, *arguments), hidden, before, words)


def test_a_single_file_has_no_tests_to_copy(run, hidden):
    before = snapshot(hidden)
    refused(run(hidden / "app.py", "--evidence", "true"), hidden, before, "name its folder")


def test_temporary_files_inside_the_project(run, hidden, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(hidden))
    before = snapshot(hidden)
    refused(run(hidden, "--evidence", "true"), hidden, before, "set TMPDIR")


def test_a_dirty_tree_is_refused_before_anything_runs(run, hidden, tmp_path):
    git = ["git", "-C", str(hidden), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "all"], check=True)
    (hidden / "app.py").write_text(f"{HIDDEN}\n")
    before = snapshot(hidden)
    ran = tmp_path / "ran"
    refused(run(hidden, "--evidence", f"touch {ran}"), hidden, before, "--allow-dirty")
    assert not ran.exists()
