"""The demo compares, runs and reports as it says; a failing step ends it in one sentence."""

import importlib.util
import sys
from pathlib import Path

import pytest

from compat_shims.testing.counting import Served, Tally

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo.py"


@pytest.fixture
def demo():
    spec = importlib.util.spec_from_file_location("demo", DEMO)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def suites(tmp_path):
    """Two equal test folders."""
    folders = (tmp_path / "before", tmp_path / "after")
    for folder in folders:
        (folder / "unit").mkdir(parents=True)
        (folder / "conftest.py").write_bytes(b"import pytest\r\n")
        (folder / "unit" / "test_a.py").write_bytes(b"def test_a():\n    assert 1\n")
    return folders


def test_equal_tests_are_counted(demo, suites):
    assert demo.check_tests_unedited(*suites) == 2


def test_compiled_files_do_not_count(demo, suites):
    before, after = suites
    (after / "__pycache__").mkdir()
    (after / "__pycache__" / "conftest.pyc").write_bytes(b"\0")
    assert demo.check_tests_unedited(before, after) == 2


def test_a_changed_line_end_is_an_edit(demo, suites):
    (suites[1] / "conftest.py").write_bytes(b"import pytest\n")
    with pytest.raises(demo.DemoError, match=r"changed the tests.*: conftest\.py\.$"):
        demo.check_tests_unedited(*suites)


def test_lost_and_added_tests_are_edits(demo, suites):
    before, after = suites
    (before / "unit" / "test_lost.py").touch()
    (after / "test_added.py").touch()
    with pytest.raises(demo.DemoError, match=r": test_added\.py, unit/test_lost\.py\.$"):
        demo.check_tests_unedited(before, after)


def test_no_tests_prove_nothing(demo, tmp_path):
    with pytest.raises(demo.DemoError, match="there are no tests"):
        demo.check_tests_unedited(tmp_path, tmp_path)


def test_a_missing_package_is_named(demo):
    with pytest.raises(demo.DemoError, match="has no no_such_package: run `make demo`"):
        demo.check_environment(["sys", "no_such_package"])


def test_commands_are_shown_as_one_would_type_them(demo, capfd, tmp_path):
    status = demo.run([sys.executable, "-c", "import os; print(os.getcwd())"], tmp_path)
    assert status == 0
    assert capfd.readouterr().out == (
        f"\n$ cd {tmp_path} && python -c 'import os; print(os.getcwd())'\n{tmp_path}\n"
    )


@pytest.mark.parametrize("status", [0, 1])
def test_findings_are_a_success(demo, monkeypatch, tmp_path, status):
    target = tmp_path / "migrated"

    def run(_command, _folder):
        target.mkdir()
        return status

    monkeypatch.setattr(demo, "run", run)
    demo.migrate(tmp_path, target)
    assert target.is_dir()


@pytest.mark.parametrize("status", [1, 2, 3])
def test_a_migrator_that_writes_nothing_ends_the_demo(demo, monkeypatch, tmp_path, status):
    monkeypatch.setattr(demo, "run", lambda *_: status)
    with pytest.raises(demo.DemoError, match=f"ended with status {status} and wrote nothing"):
        demo.migrate(tmp_path, tmp_path / "migrated")


def test_what_an_earlier_run_left_is_gone(demo, monkeypatch, tmp_path):
    target = tmp_path / "migrated"
    (target / "tests").mkdir(parents=True)
    (target / "tests" / "test_old.py").touch()

    def run(_command, _folder):
        assert not target.exists()
        target.mkdir()
        return 0

    monkeypatch.setattr(demo, "run", run)
    demo.migrate(tmp_path, target)
    assert list(target.iterdir()) == []


def ends_with(status, output):
    return lambda *_: (status, f"90 passed\n{output}\n")


def test_failing_tests_end_the_demo(demo, monkeypatch, tmp_path):
    monkeypatch.setattr(demo, "run_and_read", ends_with(1, ""))
    with pytest.raises(demo.DemoError, match=r"the tests of .* ended with status 1"):
        demo.run_tests(tmp_path)


def test_tests_that_quart_served_are_a_success(demo, monkeypatch, tmp_path):
    tally = Tally(Served(by_quart=180), tests=90)
    monkeypatch.setattr(demo, "run_and_read", ends_with(0, tally.line()))
    demo.run_tests(tmp_path)


@pytest.mark.parametrize(
    ("output", "figures"),
    [
        ("", "Quart served 0 of their requests and Flask 0"),
        (
            Tally(Served(by_quart=3, by_flask=7)).line(),
            "Quart served 3 of their requests and Flask 7",
        ),
    ],
)
def test_tests_that_passed_without_quart_prove_nothing(
    demo, monkeypatch, tmp_path, output, figures
):
    monkeypatch.setattr(demo, "run_and_read", ends_with(0, output))
    with pytest.raises(demo.DemoError, match=figures):
        demo.run_tests(tmp_path)


def test_what_a_command_prints_is_shown_and_read(demo, capfd, tmp_path):
    script = "print('open'); raise SystemExit(5)"
    result = demo.run_and_read([sys.executable, "-c", script], tmp_path)
    assert result == (5, "open\n")
    assert capfd.readouterr().out.endswith("\nopen\n")


def test_the_demo_fails_in_one_sentence(demo, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(demo, "QUART_APP", tmp_path / "migrated")
    monkeypatch.setattr(demo, "run", lambda *_: 2)
    assert demo.main() == 1
    assert capsys.readouterr().err == (
        "demo: the migrator ended with status 2 and wrote nothing: see its message above.\n"
    )


def test_it_says_how_to_start_the_app(demo, tmp_path):
    text = demo.how_to_start(tmp_path)
    assert f"cd {tmp_path}\n" in text
    assert "hypercorn 'bookshop:create_app()'" in text
    assert "uvicorn --factory bookshop:create_app" in text
