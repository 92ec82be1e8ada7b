"""Small values of the scoreboard's types."""

from benchmarks.apps import manifest
from benchmarks.apps.comparison import compare
from benchmarks.apps.environments import Changes
from benchmarks.apps.loop_guard import OnLoop
from benchmarks.apps.migration import Migration
from benchmarks.apps.requests_seen import Served
from benchmarks.apps.results import AppResult, Baseline, OnQuart
from benchmarks.apps.steadiness import Taken
from benchmarks.apps.suite import SuiteRun
from migrator.trial.outcome import Test


def project(name="flaskr"):
    (found,) = manifest.select(manifest.load(), only=(name,), roles=("app", "extension"))
    return found


def suite(trouble="", **outcomes):
    tests = [Test(f"t::{name}", outcome, "") for name, outcome in outcomes.items()]
    failed = [Test(test.name, test.result, "boom") for test in tests if test.result == "failed"]
    kept = [test for test in tests if test.result != "failed"]
    return SuiteRun((*kept, *failed), 1.5, trouble)


def app(flask, quart, *, by_flask=0, edited=(), switched_on=True, on_loop=(), name="flaskr"):
    return AppResult(
        name=name,
        strategy="auto",
        network="",
        baseline=Baseline(Taken(flask, Served(0, 3, ("t::a", "t::b")), ()), (), ()),
        migration=Migration(
            {"async": 9, "bridged": 1, "sync": 2},
            {"async": 9, "bridged": 1},
            {},
            4,
            edited,
            switched_on,
            0.5,
        ),
        quart=OnQuart(
            Taken(quart, Served(3, by_flask, ("t::a", "t::b")), ()),
            compare(flask, quart),
            Changes((), ()),
        ),
        on_loop=OnLoop(on_loop, 1, ""),
        trouble="",
    )
