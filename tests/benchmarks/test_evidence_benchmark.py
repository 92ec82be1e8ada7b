import json

import cattrs
import pytest
from corpus_samples import project, suite

from benchmarks.apps.distribution import Distribution
from benchmarks.apps.places import Places
from benchmarks.apps.sides import Plan
from benchmarks.cli import main
from benchmarks.evidence import runner
from benchmarks.evidence.results import NONE, Counts, EvidenceResult, total
from benchmarks.evidence.tables import render
from benchmarks.reports.figures import figures
from benchmarks.reports.results import ResultsFile, read
from benchmarks.writing import write

APP = """
from flask import Flask, request

app = Flask(__name__)
NAME = "REQUEST".lower()


@app.post("/")
def index():
    import flask

    return request.form["name"] + getattr(flask, NAME).form["name"]
"""
SEEN = [
    ["file", "app.py"],
    ["file", "test_app.py"],
    ["member", ["app.py", 12, 11, 12, 23], "flask.Request.form"],
    ["member", ["app.py", 12, 34, 12, 59], "flask.Request.form"],
    ["member", ["test_app.py", 3, 0, 3, 22], "flask.testing.FlaskClient.post"],
]
TEST = "from app import app\n\napp.test_client().post('/')\n"


def result(app=NONE, *, disagreements=(), unexplained=(), passed=2):
    return EvidenceResult("flaskr", "", app, NONE, disagreements, unexplained, passed, 2, (), "")


def test_recall_and_precision_are_shares_of_what_was_seen_and_run():
    counts = total([Counts(4, 3, 2, 2), Counts(6, 6, 8, 7)])
    assert (counts.recall, counts.precision) == (0.9, 0.9)
    assert (NONE.recall, NONE.precision) == (None, None)


def test_each_disagreement_is_listed_below_the_table():
    text = render([result(Counts(4, 3, 2, 2), disagreements=("missed: a.py:3 request.form",))])
    assert "| flaskr |          2/2 |    4 | 0.7500 |   2 |    1.0000 |" in text
    assert "- missed: a.py:3 request.form" in text


@pytest.mark.parametrize(
    ("bad", "holds"),
    [
        ({}, True),
        ({"disagreements": ("missed: a.py:3 request.form",)}, False),
        ({"unexplained": ("a.py:3 view",)}, False),
        ({"passed": 1}, False),
    ],
)
def test_a_result_holds_if_nothing_disagrees_and_no_test_is_lost(bad, holds):
    assert result(**bad).holds is holds


def test_the_gate_holds_recall_and_precision_to_their_limits(tmp_path, capsys):
    paths = {}
    for name, counts in (("good", Counts(400, 399, 4000, 3999)), ("bad", Counts(400, 390, 4, 4))):
        paths[name] = tmp_path / f"{name}.json"
        content = {"kind": "evidence", "environment": {"calibration_ms": 1.0}, "results": []}
        content["results"] = [cattrs.unstructure(result(counts))]
        write(paths[name], json.dumps(content))
    assert main(["gate", str(paths["good"])]) == 0
    assert main(["gate", str(paths["bad"])]) == 1
    assert "evidence, all/recall" in capsys.readouterr().out
    assert isinstance(read(paths["good"]), ResultsFile)


def test_figures_without_a_decision_are_left_out():
    names = [it.name for it in figures([ResultsFile("evidence", {}, [result()])])]
    assert "evidence/flaskr/recall" not in names
    assert "evidence/flaskr/unexplained" in names


def test_what_the_suite_saw_is_held_against_the_inference(tmp_path, monkeypatch):
    places = Places(tmp_path)
    tree = places.tree("flaskr", "flask")
    tree.mkdir(parents=True)
    (tree / "app.py").write_text(APP)
    (tree / "test_app.py").write_text(TEST)

    def run(found, request):
        assert request.more["FLASK_TO_QUART_RECORDING"]
        records = places.log("flaskr", "flask", "evidence.jsonl")
        records.write_text("".join(f"{json.dumps(record)}\n" for record in SEEN))
        return suite(a="passed")

    monkeypatch.setattr(runner, "lay_out", lambda *_: tree)
    monkeypatch.setattr(runner.environments, "set_up", lambda *_: None)
    monkeypatch.setattr(runner, "run_suite", run)
    plan = Plan(places, Distribution("x", (), "", ""), "auto", resume=False, guard=False)
    measured = runner.measure(project(), plan, lambda _: None)
    assert measured.trouble == ""
    assert measured.app == Counts(seen=2, found=1, run=1, confirmed=1)
    assert measured.tests == Counts(seen=1, found=1, run=1, confirmed=1)
    assert measured.disagreements == ("missed: app.py:12 request.form",)
    assert (measured.passed, measured.due) == (1, 24)


def test_a_suite_that_lacks_a_test_is_taken_again(tmp_path, monkeypatch):
    places = Places(tmp_path)
    (tmp_path / "app.py").write_text(APP)
    found = project()
    whole = {f"t{number}": "passed" for number in range(found.passed_on_flask)}
    runs = [suite(**whole | {"t0": "failed"}), suite(**whole)]

    def run(*_):
        records = places.log("flaskr", "flask", "evidence.jsonl")
        records.write_text('["file", "app.py"]\n')
        return runs.pop(0)

    monkeypatch.setattr(runner, "lay_out", lambda *_: tmp_path)
    monkeypatch.setattr(runner.environments, "set_up", lambda *_: None)
    monkeypatch.setattr(runner, "run_suite", run)
    plan = Plan(places, Distribution("x", (), "", ""), "auto", resume=False, guard=False)
    measured = runner.measure(found, plan, lambda _: None)
    assert (measured.passed, measured.unstable, measured.holds) == (24, ("t::t0",), True)
    assert "- unstable under the recorder: t::t0" in render([measured])


def test_a_run_that_shows_nothing_is_trouble(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "lay_out", lambda *_: tmp_path)
    monkeypatch.setattr(runner.environments, "set_up", lambda *_: None)
    monkeypatch.setattr(runner, "run_suite", lambda *_: suite("exited 4"))
    plan = Plan(Places(tmp_path), Distribution("x", (), "", ""), "auto", resume=False, guard=False)
    measured = runner.measure(project(), plan, lambda _: None)
    assert measured.trouble == "the recorder saw nothing of the project"
    assert not measured.holds
