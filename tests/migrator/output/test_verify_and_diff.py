"""The self-check before writing, and the diff."""

import subprocess

import pytest

from migrator.errors import SelfCheckFailed
from migrator.output.diff import unified
from migrator.output.report import FilePlan, Report
from migrator.output.verify import verify


def report(*plans):
    return Report("root", "auto", plans, (), ())


def plan(before, after, path="app.py"):
    return FilePlan(path, before, after, ("a-rule",))


def replan_as(*plans):
    return lambda files: report(*plans)


@pytest.mark.parametrize("code", [b"def f(:\n", b"def f():\n    await g()\n", b"x = '\n"])
def test_a_result_that_does_not_compile_is_refused(code):
    with pytest.raises(SelfCheckFailed, match=r"app\.py:\d+: the migrated file would not compile"):
        verify(report(plan(b"", code)), replan_as())


def test_a_result_that_another_run_would_change_is_refused():
    again = plan(b"x = 1\n", b"x = 2\n")
    with pytest.raises(SelfCheckFailed, match=r"app\.py \(a-rule\)"):
        verify(report(plan(b"", b"x = 1\n")), replan_as(again))


def test_the_second_plan_sees_the_result_in_its_encoding():
    seen = []
    after = "# coding: latin-1\nx = 'é'\n".encode("latin-1")
    first = report(plan(b"", after), plan(None, b"{", "new.json"))
    verify(first, lambda files: seen.extend(files) or report())
    assert [(file.path, file.encoding, file.text[-4:]) for file in seen] == [
        ("app.py", "iso-8859-1", "'é'\n")
    ]


def test_a_plan_without_changes_needs_no_second_one():
    verify(report(plan(b"def f(:", b"def f(:")), replan_as(plan(b"", b"x")))


def test_the_diff_can_be_applied(tmp_path):
    before, after = b"a\nb\x0cc\nd", b"a\nB\x0cc\nd\n"
    new = plan(None, b"new\n", "new.txt")
    (tmp_path / "app.py").write_bytes(before)
    difference = unified([plan(before, after), new, plan(b"same", b"same", "same.py")])
    assert "same.py" not in difference
    subprocess.run(["git", "apply", "-"], input=difference.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "app.py").read_bytes() == after
    assert (tmp_path / "new.txt").read_bytes() == b"new\n"
