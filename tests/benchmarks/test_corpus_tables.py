import dataclasses

from corpus_samples import app, suite

from benchmarks.apps.loop_guard import LoopCall, calls_of
from benchmarks.apps.tables import render
from benchmarks.tables import markdown


def test_columns_are_aligned_and_bars_escaped():
    assert markdown(("name", "n"), [("a|b", "10"), ("c", "7")]) == (
        "| name |   n |\n|:-----|----:|\n| a\\|b |  10 |\n| c    |   7 |"
    )


def test_a_row_has_every_figure():
    text = render([app(suite(a="passed", b="passed"), suite(a="passed", b="passed"))])
    row = text.splitlines()[2].replace("|", " ").split()
    assert " ".join(row) == "flaskr 2/2 2/2 0 yes 2 3 0 9 2 1 90% 0 0 0.5 1.5"
    assert "Flask pass on Quart: 2 of 2 (100.0%)" in text
    assert "Apps that hold in every count: 1 of 1." in text


def test_what_fails_is_listed_with_its_cause():
    text = render([app(suite(a="passed", b="passed"), suite(a="passed", b="failed"), by_flask=2)])
    assert "- 1 x `boom`: t::b" in text
    assert "Apps that hold in every count: 0 of 1." in text


def test_a_step_that_failed_is_told():
    result = dataclasses.replace(
        app(suite(a="passed"), suite(a="passed")),
        migration=None,
        quart=None,
        trouble="the migrator exited 3: boom",
        network="this system has no `unshare`",
    )
    text = render([result])
    assert "- the migrator exited 3: boom" in text
    assert "the network was not cut off: this system has no `unshare`" in text


def test_edited_tests_are_told():
    text = render([app(suite(a="passed"), suite(a="passed"), edited=("tests/test_a.py",))])
    assert "- edited test file: tests/test_a.py" in text


def test_what_blocks_the_loop_is_listed_with_its_line():
    call = LoopCall("sqlite3.Cursor.execute", "app/db.py", 7, "", 12)
    text = render([app(suite(a="passed"), suite(a="passed"), on_loop=(call,))])
    assert "- on the loop: app/db.py:7 calls sqlite3.Cursor.execute, 12 times" in text
    assert "Apps that hold in every count: 0 of 1." in text


def test_only_lines_of_the_project_itself_count(tmp_path):
    report = {
        "calls": [["time.sleep", f"{tmp_path}/a.py", 3, "", 2], ["open", "/lib/b.py", 1, "", 9]]
    }
    assert calls_of(report, tmp_path) == (LoopCall("time.sleep", "a.py", 3, "", 2),)
