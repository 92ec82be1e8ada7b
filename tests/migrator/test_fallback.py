"""A rewrite that does not pass the self-check: the function stays Flask code."""

import pytest

from migrator import pipeline
from migrator.coloring.colors import State
from migrator.edits.edit import Edit, InsertAfter, ReplaceExpression
from migrator.errors import SelfCheckFailed
from migrator.fallback import plan_that_holds
from migrator.options import Options
from migrator.rules._rule import Rule

APP = """\
from flask import Flask, render_template

app = Flask(__name__)


@app.route("/")
def index():
    return render_template("index.html")


@app.route("/about")
def about():
    return render_template("about.html")
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


@pytest.fixture
def faulty(monkeypatch):
    """Let one more rule plan an edit for each async function with the given name."""

    def add(operation, *names):
        def edits(facts, colors):
            for function, verdict in colors.verdicts.items():
                if function.name in names and verdict.state is State.ASYNC:
                    node = facts.program.functions[function].node
                    span = facts.program.modules["app"].file.span(node.body[-1].value)
                    yield Edit("app.py", span, operation, "faulty")

        rules = pipeline.chosen_rules(Options())
        faulty = Rule("faulty", "", "", edits=edits)
        monkeypatch.setattr(pipeline, "chosen_rules", lambda _: (*rules, faulty))

    return add


def written(report):
    return report.files[0].after.decode()


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(ReplaceExpression("await ("), id="does not compile"),
        pytest.param(InsertAfter("pass"), id="edit that fits no expression"),
    ],
)
def test_a_function_that_cannot_be_rewritten_stays_flask_code(project, faulty, operation):
    faulty(operation, "about")
    report = plan_that_holds(project, Options())
    assert report.files[0].before.decode() == APP
    assert "async def index():\n    return await render_template" in written(report)
    assert "def about():  # migrator: keep[make-async]\n    return flask." in written(report)
    (finding,) = report.findings
    assert (finding.rule, finding.location.span.line) == ("self-check", 12)
    assert report.exit_status == 1


def test_the_next_run_has_nothing_to_do(project, faulty):
    faulty(ReplaceExpression("await ("), "about")
    report = plan_that_holds(project, Options())
    (project / "app.py").write_bytes(written(report).encode())
    assert not plan_that_holds(project, Options()).changed


def test_a_file_that_fails_twice_stays_flask_code(project, faulty):
    faulty(ReplaceExpression("await ("), "index", "about")
    report = plan_that_holds(project, Options())
    assert written(report).count("# migrator: keep[make-async]") == 2
    assert {finding.message for finding in report.findings} == {
        "`index` stays Flask code",
        "every function here stays Flask code",
    }


def test_what_fails_even_so_is_an_error(project, monkeypatch):
    def refuse(_report, _replan):
        raise SelfCheckFailed("never good enough", (("app.py", "index"),))

    monkeypatch.setattr("migrator.fallback.verify", refuse)
    with pytest.raises(SelfCheckFailed, match="never good enough"):
        plan_that_holds(project, Options())


def test_where_planning_fails_nothing_is_made_async(project, monkeypatch):
    def crash(_facts, colors):
        if State.ASYNC in {verdict.state for verdict in colors.verdicts.values()}:
            raise RuntimeError("oops")
        return ()

    rules = (*pipeline.chosen_rules(Options()), Rule("faulty", "", "", edits=crash))
    monkeypatch.setattr(pipeline, "chosen_rules", lambda _: rules)
    report = plan_that_holds(project, Options())
    assert "async" not in written(report)
    assert "app = Quart(__name__)" in written(report)
    assert "RuntimeError: oops" in report.findings[0].why
