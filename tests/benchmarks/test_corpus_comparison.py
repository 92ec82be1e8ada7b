import dataclasses

import pytest
from corpus_samples import app, project, suite

from benchmarks.apps.comparison import causes, compare, deviations, remarks
from benchmarks.apps.loop_guard import LoopCall
from benchmarks.apps.requests_seen import Served
from migrator.trial.outcome import Test

CALL = LoopCall("time.sleep", "app.py", 3, "", 7)


def test_what_passed_and_does_not_any_more_is_broken():
    before = suite(a="passed", b="passed", c="failed")
    now = suite(a="passed", b="failed", c="failed")
    found = compare(before, now)
    assert found.broken == ("t::b",)
    assert found.not_executed == found.new == ()
    assert not found.clean


def test_a_test_that_is_skipped_or_gone_is_not_executed():
    before = suite(a="passed", b="passed", c="passed")
    found = compare(before, suite(a="passed", b="skipped", d="passed"))
    assert found.not_executed == ("t::b", "t::c")
    assert found.new == ("t::d",)


def test_a_test_that_fails_on_flask_may_fail_on_quart():
    before = suite(a="passed", b="failed")
    assert compare(before, suite(a="passed", b="failed")).clean


def test_a_baseline_as_in_the_manifest_has_no_deviation():
    flaskr = dataclasses.replace(project(), passed_on_flask=2, requesting_on_flask=1)
    run = suite(a="passed", b="passed")
    assert deviations(flaskr, run, Served(0, 5, ("t::a",))) == ()


def test_a_baseline_that_differs_says_in_what():
    flaskr = dataclasses.replace(project(), passed_on_flask=2, failing_tests=("t::z",))
    run = suite(a="passed", b="failed", trouble="exited 3")
    assert deviations(flaskr, run, None) == (
        "1 passed, not 2",
        "1 failed, not 0",
        "None sent a request, not 21",
        "other tests fail: t::b, t::z",
        "exited 3",
    )


def test_a_service_that_only_this_machine_has_is_remarked_not_held_against_it():
    caching = dataclasses.replace(
        project("flask-caching"),
        passed_on_flask=1,
        failed_on_flask=0,
        skipped_on_flask=2,
        requesting_on_flask=0,
        failing_tests=(),
    )
    run = suite(a="passed", b="passed", c="skipped")
    assert deviations(caching, run, Served(0, 0, ())) == ()
    assert remarks(caching, run) == ("1 tests that were skipped for the manifest run here",)


def test_failures_are_grouped_by_cause_without_what_is_volatile():
    tests = [
        Test("a", "failed", "KeyError: 'x1' at 0xdeadbeef"),
        Test("b", "failed", "assert 500 == 200"),
        Test("c", "failed", "KeyError: 'y' at 0xabc"),
        Test("d", "passed", ""),
    ]
    found = causes(tests)
    assert [[test.name for test in group] for group in found.values()] == [["a", "c"], ["b"]]


@pytest.mark.parametrize(
    ("result", "holds"),
    [
        (app(suite(a="passed"), suite(a="passed")), True),
        (app(suite(a="passed"), suite(a="failed")), False),
        (app(suite(a="passed"), suite(a="passed"), by_flask=1), False),
        (app(suite(a="passed"), suite(a="passed"), edited=("tests/t.py",)), False),
        (app(suite(a="passed"), suite(a="passed"), switched_on=False), False),
        (app(suite(a="passed"), suite(a="passed"), on_loop=(CALL,)), False),
        (app(suite(a="passed"), suite(a="passed", trouble="never awaited")), False),
    ],
)
def test_an_app_holds_only_in_every_count(result, holds):
    assert result.holds is holds


def test_a_migration_that_failed_does_not_hold():
    result = dataclasses.replace(app(suite(a="passed"), suite(a="passed")), quart=None)
    assert not result.holds
