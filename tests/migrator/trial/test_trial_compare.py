"""What counts as lost by the migration, and what pytest's report says of each test."""

from migrator.trial import junit
from migrator.trial.compare import Lost, compare
from migrator.trial.outcome import Run, Test
from migrator.trial.text import render


def ended(status, *tests, output=""):
    return Run(status, output, {test.name: test for test in tests})


PASSED = Test("t::one", "passed")
SERVED = "flask-to-quart: {} requests served by Quart, 0 by Flask alone, in 1 tests"


def test_a_test_that_fails_is_skipped_or_is_gone_is_lost():
    before = ended(0, PASSED, Test("t::two", "passed"), Test("t::three", "passed"))
    after = ended(1, Test("t::one", "failed", "KeyError: 'x'"), Test("t::two", "skipped"))
    assert compare(before, after).lost == (
        Lost("t::one", "KeyError: 'x'"),
        Lost("t::three", "did not run"),
        Lost("t::two", "was skipped"),
    )


def test_a_run_that_fails_as_a_whole_does_not_hold():
    comparison = compare(ended(0, PASSED), ended(1, PASSED, output="a coroutine was lost"))
    assert (comparison.lost, comparison.holds) == ((), False)
    assert "    a coroutine was lost" in render(comparison)


def test_what_failed_before_may_go_on_failing_or_pass():
    broken = Test("t::two", "failed", "AssertionError")
    assert compare(ended(1, PASSED, broken), ended(1, PASSED, broken)).holds
    assert compare(ended(1, PASSED, broken), ended(0, PASSED, Test("t::two", "passed"))).holds


def test_without_a_report_the_exit_status_counts():
    assert compare(Run(0, ""), Run(0, "")).holds
    assert not compare(Run(0, ""), Run(2, "")).holds


def test_a_report_that_is_missing_after_the_migration_loses_every_test():
    assert compare(ended(0, PASSED), Run(0, "")).lost == (Lost("t::one", "did not run"),)


def test_requests_of_several_summaries_are_added_up():
    assert Run(0, f"{SERVED.format(3)}\n{SERVED.format(4)}\n").served_by_quart == 7
    assert Run(0, "2 passed").served_by_quart is None


def test_a_report_holds_the_worst_result_and_the_first_line_of_each_error(tmp_path):
    (tmp_path / "report.xml").write_text("""<testsuites><testsuite>
        <testcase classname="t" name="ok"/>
        <testcase classname="t" name="no"><failure message="KeyError: 1&#10;more"/></testcase>
        <testcase classname="t" name="later"><skipped/></testcase>
        <testcase classname="t" name="end"/>
        <testcase classname="t" name="end"><error message="failed on teardown with &quot;x&quot;"
            >def f():\nE   OSError: gone</error></testcase>
        </testsuite></testsuites>""")
    assert junit.read(tmp_path / "report.xml") == {
        "t::ok": Test("t::ok", "passed"),
        "t::no": Test("t::no", "failed", "KeyError: 1"),
        "t::later": Test("t::later", "skipped"),
        "t::end": Test("t::end", "failed", "OSError: gone"),
    }


def test_a_report_that_is_missing_or_torn_is_none(tmp_path):
    assert junit.read(tmp_path / "report.xml") is None
    (tmp_path / "report.xml").write_text("<testsuites><testcase")
    assert junit.read(tmp_path / "report.xml") is None
