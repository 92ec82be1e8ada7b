"""``--interactive`` shows each file and asks; everything is written, or nothing is."""

import io
import os
import pty
import subprocess
import sys

import pytest
from command_line import APP, snapshot


class Keyboard(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def typing(monkeypatch):
    def typing(*answers):
        keyboard = Keyboard("".join(f"{answer}\n" for answer in answers))
        monkeypatch.setattr("sys.stdin", keyboard)
        return keyboard

    return typing


@pytest.fixture
def project(project):
    (project / "other.py").write_text(APP)
    return project


def test_yes_to_every_file_writes_all(run, project, typing):
    typing("y", "yes")
    result = run(project, "--interactive")
    assert result.status == 0
    assert "+++ b/app.py" in result.err
    assert "[1/2] Take app.py?" in result.err
    assert result.err.index("Take app.py?") < result.err.index("+++ b/other.py")
    assert all("async def" in (project / f"{name}.py").read_text() for name in ("app", "other"))
    assert "b/app.py" not in result.out


def test_one_no_writes_nothing_and_names_the_file_and_its_rules(run, project, typing):
    typing("n", "y")
    before = snapshot(project)
    result = run(project, "--interactive")
    assert result.status == 1
    assert snapshot(project) == before
    assert "+++ b/other.py" in result.err
    refused = result.err.partition("Not taken:\n")[2]
    assert refused.splitlines()[0].startswith("  app.py (changed by await-")
    assert "other.py" not in refused
    assert "the files belong together" in refused


def test_all_asks_no_more(run, project, typing):
    keyboard = typing("a", "n")
    assert run(project, "--interactive").status == 0
    assert keyboard.read() == "n\n"
    assert "async def" in (project / "other.py").read_text()


def test_all_after_a_no_writes_nothing(run, project, typing):
    typing("n", "a")
    before = snapshot(project)
    assert run(project, "--interactive").status == 1
    assert snapshot(project) == before


def test_quit_stops_at_once_and_writes_nothing(run, project, typing):
    typing("q")
    before = snapshot(project)
    result = run(project, "--interactive")
    assert result.status == 1
    assert result.err.rstrip().endswith("Nothing was written.")
    assert "other.py" not in result.err
    assert snapshot(project) == before


def test_anything_else_shows_what_can_be_answered(run, project, typing):
    typing("another", "", "all")
    result = run(project, "--interactive")
    assert result.status == 0
    assert result.err.count("q  quit now and write nothing") == 2


def test_the_end_of_the_input_is_an_interruption(run, project, typing):
    typing()
    before = snapshot(project)
    result = run(project, "--interactive")
    assert result.status == 130
    assert "interrupted: nothing was changed" in result.err
    assert snapshot(project) == before


def test_a_copy_is_asked_about_too(run, project, tmp_path, typing):
    typing("q")
    assert run(project, "--interactive", "--output", tmp_path / "copy").status == 1
    assert not (tmp_path / "copy").exists()


def test_nothing_to_change_is_nothing_to_ask(run, project, typing):
    run(project)
    typing()
    assert run(project, "--interactive").status == 0


def test_a_file_that_changes_while_the_user_reads_is_not_overwritten(run, project, monkeypatch):
    class Slow(Keyboard):
        def readline(self, *size):
            (project / "app.py").write_text(APP + "# mine\n")
            return super().readline(*size)

    monkeypatch.setattr("sys.stdin", Slow("a\n"))
    result = run(project, "--interactive")
    assert result.status == 2
    assert "app.py: the file changed while the migrator ran" in result.err
    assert (project / "other.py").read_text() == APP


@pytest.mark.parametrize("option", ["--diff", "--check"])
def test_with_a_mode_that_writes_nothing_it_is_wrong_usage(run, project, typing, option):
    typing("y")
    result = run(project, "--interactive", option)
    assert result.status == 2
    assert f"--interactive and {option} exclude each other" in result.err


def test_without_a_terminal_it_is_refused_in_one_sentence(run, project, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\ny\n"))
    before = snapshot(project)
    result = run(project, "--interactive")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "error: --interactive asks questions, and standard input is no terminal: leave it out, or "
        "look at the changes with --diff\n"
    )
    assert snapshot(project) == before


def test_on_a_real_terminal(project):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "migrator", str(project), "--interactive"]
    os.write(ours, b"y\na\n")
    try:
        done = subprocess.run(
            command, stdin=theirs, capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done
    assert "Nothing is left to do by hand." in done.stdout
    assert "async def" in (project / "app.py").read_text()
