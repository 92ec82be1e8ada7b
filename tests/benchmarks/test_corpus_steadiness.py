from corpus_samples import suite

from benchmarks.apps.steadiness import Taken, steady


def runs(*suites):
    left = [Taken(one, None, ()) for one in suites]
    return lambda: left.pop(0)


def lacking(run):
    return 3 - len(run.passed)


WHOLE = suite(a="passed", b="passed", c="passed")
ONE_FAILS = suite(a="passed", b="passed", c="failed")


def test_a_whole_run_is_taken_once():
    assert steady(runs(WHOLE), lacking=lacking) == Taken(WHOLE, None, ())


def test_the_best_run_counts_and_the_unstable_test_is_named():
    assert steady(runs(ONE_FAILS, WHOLE), lacking=lacking) == Taken(WHOLE, None, ("t::c",))


def test_a_test_that_always_fails_is_not_unstable():
    assert steady(runs(ONE_FAILS, ONE_FAILS, ONE_FAILS), lacking=lacking) == Taken(
        ONE_FAILS, None, ()
    )


def test_many_failures_are_no_chance():
    nothing = suite(a="failed", b="failed", c="failed")
    assert steady(runs(nothing), lacking=lacking).suite == nothing
