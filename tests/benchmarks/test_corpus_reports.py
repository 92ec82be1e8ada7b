"""The JSON that the migrator and the pytest plugins leave for the scoreboard."""

from benchmarks.apps.migration import Migration, counts, switched_on
from benchmarks.apps.requests_seen import Served, on_flask, on_quart
from benchmarks.reading import read_json


def test_functions_are_counted_by_state_and_findings_by_rule():
    report = {
        "functions": [
            {"state": "async", "needs_await": True},
            {"state": "sync", "needs_await": False},
            {"state": "async", "needs_await": True},
            {"state": "bridged", "needs_await": True},
        ],
        "findings": [{"rule": "make-async"}],
        "files": [{"path": "a.py", "changed": True}, {"path": "b.py", "changed": False}],
    }
    assert counts(report) == {
        "states": {"async": 2, "sync": 1, "bridged": 1},
        "needing": {"async": 2, "bridged": 1},
        "findings": {"make-async": 1},
        "changed_files": 1,
    }


def test_the_share_of_async_is_of_the_functions_that_need_an_await():
    migration = Migration(
        {"async": 3, "bridged": 2, "sync": 9}, {"async": 3, "bridged": 1}, {}, 0, (), True, 0.0
    )
    assert migration.async_share == 0.75


def test_there_is_no_share_where_nothing_needs_an_await():
    assert Migration({"sync": 9}, {}, {}, 0, (), True, 0.0).async_share is None


def test_the_plugin_of_the_shims_says_who_served():
    report = {"served_by_quart": 50, "served_by_flask": 1, "requesting": ["a.py::b", "a.py::a"]}
    assert on_quart(report) == Served(50, 1, ("a::a", "a::b"))


def test_the_plugin_of_the_baseline_says_which_tests_sent_a_request():
    assert on_flask({"requests": 50, "requesting": ["a.py::a"]}) == Served(0, 50, ("a::a",))


def test_a_report_that_is_missing_or_broken_is_nothing(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    assert on_quart(read_json(tmp_path / "missing.json")) is None
    assert on_flask(read_json(tmp_path / "broken.json")) is None


def test_the_migrated_settings_must_switch_the_plugin_on_themselves(tmp_path):
    assert not switched_on(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nquart_served = true\n")
    assert switched_on(tmp_path)
