"""Every mistake of a user gets one clear sentence, and nothing is written."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from command_line import APP, snapshot

from migrator.errors import SelfCheckFailed


def refused(result, *words, status=2):
    """Whether the run ended with *status* and said all of *words*, without a traceback."""
    assert result.status == status, result
    assert "Traceback" not in result.err
    missing = [word for word in words if word not in result.err]
    assert not missing, result.err


def test_a_missing_path(run, tmp_path):
    refused(run(tmp_path / "nowhere"), "nowhere", "there is no such file or folder")
    refused(run(), "name the project")


def test_a_file_that_is_not_python(run, tmp_path):
    (tmp_path / "notes.txt").write_text("flask")
    refused(run(tmp_path / "notes.txt"), "notes.txt", "no Python file")


def test_a_syntax_error_with_line_and_caret(run, project):
    (project / "broken.py").write_text("import flask\n\tx = (1,\n")
    before = snapshot(project)
    result = run(project)
    refused(result, "broken.py:2:", "error")
    line, caret, hint = result.err.rstrip().split("\n")[-3:]
    assert hint == "put it right, or leave the file out with --exclude broken.py"
    assert line.strip() == "x = (1,"
    assert caret.strip() == "^"
    assert snapshot(project) == before


@pytest.mark.parametrize(
    "script",
    [
        "def say(text):\n    print 'x', text\n",
        "try:\n    say()\nexcept OSError, error:\n    print(1)\n",
    ],
)
def test_a_script_of_python_2_beside_the_app_stays_as_it_is(run, project, script):
    (project / "old.py").write_text(script)
    result = run(project)
    assert result.status == 1
    assert "a file of Python 2 was left as it is" in result.out + result.err
    assert (project / "old.py").read_text() == script
    assert "quart" in (project / "app.py").read_text()


def test_a_flask_app_of_python_2_is_refused(run, project):
    (project / "old.py").write_text("from flask import Flask\nprint 'x'\n")
    refused(run(project), "old.py:2:", "Missing parentheses")


def test_a_script_of_python_2_alone_is_refused(run, tmp_path):
    (tmp_path / "old.py").write_text("print 'x'\n")
    refused(run(tmp_path), "old.py:1:", "Missing parentheses")


@pytest.mark.parametrize("content", [b"print 'old'\n", "x = 'é'\n".encode("latin-1")])
def test_broken_python_that_tests_read_is_left_alone(run, project, content):
    data = project / "tests" / "fixtures" / "lint" / "broken.py"
    data.parent.mkdir(parents=True)
    data.write_bytes(content)
    assert run(project).status == 0
    assert data.read_bytes() == content
    (data.parent.parent.parent / "test_app.py").write_bytes(b"x = (\n")
    refused(run(project), "tests/test_app.py:1:", "was never closed")


def test_a_file_in_another_encoding_without_a_cookie(run, project):
    (project / "latin.py").write_bytes("import flask\nx = 'é'\n".encode("latin-1"))
    refused(run(project), "latin.py:2:", "0xe9 is not utf-8", "declare the file's encoding")


def test_an_unknown_encoding(run, project):
    (project / "odd.py").write_bytes(b"# coding: klingon\nimport flask\n")
    refused(run(project), "odd.py:1:", "klingon")


def test_utf_16(run, project):
    (project / "wide.py").write_bytes("import flask\n".encode("utf-16"))
    refused(run(project), "wide.py", "UTF-16")


@pytest.mark.parametrize(
    ("prefix", "encoding", "newline"),
    [
        (b"", "utf-8", "\r\n"),
        (b"\xef\xbb\xbf", "utf-8", "\n"),
        (b"# coding: latin-1\n", "latin-1", "\n"),
    ],
)
def test_byte_order_mark_cookie_and_line_ends_are_kept(run, project, prefix, encoding, newline):
    code = APP.replace("plain", "schön").replace("\n", newline)
    (project / "app.py").write_bytes(prefix + code.encode(encoding))
    assert run(project).status == 0
    after = (project / "app.py").read_bytes()
    assert after.startswith(prefix)
    text = after.removeprefix(prefix).decode(encoding)
    assert f'return "schön"{newline}' in text
    assert "async def index" in text
    assert text.count("\n") == text.count(newline)


def test_tabs_and_a_missing_last_line_end_are_kept(run, project):
    (project / "app.py").write_text(APP.replace("    ", "\t").rstrip())
    assert run(project).status == 0
    text = (project / "app.py").read_text()
    assert "\treturn await render_template" in text
    assert "    " not in text
    assert text.endswith('return "plain"')


def test_a_read_only_file(run, project):
    (project / "app.py").chmod(0o444)
    before = snapshot(project)
    refused(run(project), "app.py: the file is read-only", "chmod u+w app.py")
    assert snapshot(project) == before


def test_a_symbolic_link_out_of_the_project(run, project, tmp_path):
    (tmp_path / "elsewhere.py").write_text(APP)
    (project / "link.py").symlink_to(tmp_path / "elsewhere.py")
    refused(run(project), "link.py", "leads out of the project", "--exclude")
    assert (tmp_path / "elsewhere.py").read_text() == APP


def test_a_symbolic_link_inside_the_project(run, project):
    (project / "link.py").symlink_to("app.py")
    assert run(project).status == 0
    assert (project / "link.py").is_symlink()
    assert "async def" in (project / "app.py").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--strateg", "auto"], ["--strateg", "Did you mean", "--strategy"]),
        (["--strategy", "asnc"], ["asnc", "'auto', 'async', 'bridge'"]),
        (["--only", "no-such-rule"], ["no rule 'no-such-rule'"]),
        (["--show-rule", "import-from-quartz"], ["did you mean 'import-from-quart'?"]),
        (["--native", "time=trio"], ["no replacement 'time=trio'", "did you mean 'time=asyncio'?"]),
        (["--show-rule", "xyz"], ["--list-rules lists them"]),
        (["--diff", "--check"], ["--diff and --check exclude each other"]),
        (["-q", "-v"], ["--quiet and --verbose exclude each other"]),
        (["--diff", "--format", "json"], ["--report FILE"]),
        (["--undo"], ["there is no backup"]),
        (["--output", "/dev/null"], ["this is a file"]),
    ],
)
def test_wrong_options(run, project, arguments, words):
    before = snapshot(project)
    refused(run(project, *arguments), *words)
    assert snapshot(project) == before


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("strategie = 'auto'", ["no setting 'strategie'", "did you mean 'strategy'?"]),
        ("strategy = 'asinc'", ["must be one of auto, async, bridge", "did you mean 'async'?"]),
        ("strategy = 3", ["must be one of"]),
        ("tests = 'migrated'", ["tests must be one of keep, migrate", "did you mean 'migrate'?"]),
        ("exclude = 'docs'", ["exclude must be a list of strings"]),
        ("strategy = ", ["pyproject.toml", "cannot be read"]),
    ],
)
def test_wrong_settings(run, project, settings, words):
    (project / "pyproject.toml").write_text(f"[tool.migrator]\n{settings}\n")
    refused(run(project), *words)


def test_settings_that_are_no_table(run, project):
    (project / "pyproject.toml").write_text("[tool]\nmigrator = 3\n")
    refused(run(project), "[tool.migrator] must be a table")


def test_a_report_that_cannot_be_written(run, project, tmp_path):
    (tmp_path / "file").write_text("")
    result = run(project, "--check", "--report", tmp_path / "file/report.txt")
    refused(result, "--report", status=3)


def test_an_internal_error_is_one_sentence_and_a_log(run, project, monkeypatch):
    def broken(*_):
        raise RuntimeError("oops")

    monkeypatch.setattr("migrator.fallback.plan_project", broken)
    before = snapshot(project)
    result = run(project)
    refused(result, "internal error: RuntimeError: oops; nothing was written", status=3)
    log = Path(result.err.split()[-1])
    assert "Traceback" in log.read_text()
    assert snapshot(project) == before


def test_a_failed_self_check(run, project, monkeypatch):
    def failing(*_):
        raise SelfCheckFailed("app.py:1: the migrated file would not compile")

    monkeypatch.setattr("migrator.fallback.verify", failing)
    before = snapshot(project)
    refused(run(project), "would not compile", status=3)
    assert snapshot(project) == before


def test_ctrl_c_while_planning(run, project, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("migrator.fallback.plan_project", interrupted)
    refused(run(project), "interrupted: nothing was changed", status=130)


def test_a_disk_that_fails_in_the_middle_of_writing(project, tmp_path):
    """A real failure: the process may write no file above 600 bytes, and the second file is."""
    (project / "large.py").write_text(APP + "# " + "x" * 5000 + "\n")
    before = snapshot(project)
    code = textwrap.dedent("""
        import resource, signal, sys
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        from migrator.cli import main
        import migrator.pipeline
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
        sys.exit(main(sys.argv[1:]))
    """)
    command = [sys.executable, "-c", code, str(project), "--allow-dirty"]
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 3, done
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(project) == before


def test_output_that_nobody_reads_to_its_end(project):
    (project / "large.py").write_text(APP + "\n".join(f"x{n} = {n}" for n in range(5000)))
    command = f"{sys.executable} -m migrator {project} --list-rules | head -1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
