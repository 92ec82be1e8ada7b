import dataclasses

import pytest
from corpus_samples import app, suite

from benchmarks.apps import manifest, rates
from benchmarks.apps.rates import Rate
from benchmarks.apps.requests_seen import Served, name_of
from benchmarks.apps.tables import render
from benchmarks.extensions.explanations import explanations
from benchmarks.extensions.results import ExtensionResult
from benchmarks.extensions.tables import render as render_extensions


def extension(flask, quart, *, name="flask-x", role="extension"):
    whole = app(flask, quart)
    return ExtensionResult(name, role, "", whole.baseline, whole.quart, None, "")


def test_a_rate_never_rounds_up_to_all():
    assert str(Rate(9999, 10000)) == "9999 of 10000 (99.9%)"
    assert str(Rate(3, 3)) == "3 of 3 (100.0%)"
    assert Rate(0, 0).share == 1.0


def test_tests_that_send_a_request_count_apart():
    flask = suite(a="passed", b="passed", c="passed")
    result = app(flask, suite(a="passed", b="failed", c="passed"))
    assert rates.passing(result) == Rate(2, 3)
    assert rates.requesting(result) == Rate(1, 2)


def test_a_project_without_a_run_on_quart_keeps_nothing():
    result = dataclasses.replace(app(suite(a="passed"), suite(a="passed")), quart=None)
    assert rates.passing(result) == Rate(0, 1)


def test_only_functions_that_need_an_await_count_for_the_share():
    results = [app(suite(a="passed"), suite(a="passed"))] * 2
    assert rates.turned_async(one.migration for one in results) == Rate(18, 20)


def test_the_scoreboard_of_apps_prints_every_rate():
    text = render([app(suite(a="passed", b="passed"), suite(a="passed", b="failed"))])
    for line in (
        "- Tests that pass on Flask pass on Quart: 1 of 2 (50.0%).",
        "- Of those that send a request: 1 of 2 (50.0%).",
        "- Functions that need an await became async: 9 of 10 (90.0%).",
        "- Blocking calls on the loop: 0, counted in 1 of 1 apps.",
        "- Apps that hold in every count: 0 of 1.",
    ):
        assert line in text


def test_the_scoreboard_of_extensions_names_what_was_lost_and_why():
    name, (test, reason) = "flask-own-tests", next(iter(explanations()["flask-own-tests"].items()))
    lost = extension(suite(a="passed"), suite(a="failed"))
    known = extension(suite(a="passed"), suite(a="passed"), name=name, role="framework")
    comparison = dataclasses.replace(known.quart.comparison, broken=(test,))
    known = dataclasses.replace(
        known, quart=dataclasses.replace(known.quart, comparison=comparison)
    )
    text = render_extensions([lost, extension(suite(a="passed"), suite(a="passed")), known])
    assert "- Extensions: 1 of 2 (50.0%) tests that pass on Flask pass on Quart." in text
    assert "- Extensions, the suite with the least: flask-x, 0 of 1 (0.0%)." in text
    assert "- lost: t::a: not explained" in text
    assert f"- lost: {test}: {reason}" in text


def test_every_explanation_is_of_a_suite_of_the_manifest():
    assert explanations().keys() <= {project.name for project in manifest.load()}


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ("tests/test_a.py::test_b", "tests.test_a::test_b"),
        ("tests/test_a.py::TestA::test_b[x/y::z.py]", "tests.test_a.TestA::test_b[x/y::z.py]"),
        ("test_a.py::test_b", "test_a::test_b"),
    ],
)
def test_tests_are_named_as_in_junit(node, name):
    assert name_of(node) == name


def test_requests_are_counted_by_test():
    assert Served(0, 9, ("a::b", "a::c")).requesting == 2
