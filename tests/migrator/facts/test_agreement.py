"""Where the inference and a run of the tests agree, and what becomes of what it missed."""

import textwrap

from inferring import facts_of, function_id, nodes

from migrator.coloring.solve import color
from migrator.coloring.unexplained import unexplained
from migrator.facts.agreement import compare
from migrator.facts.evidence import Evidence, Place, Ran
from migrator.facts.infer import infer
from migrator.facts.missed import hints_of, with_seen_calls
from migrator.index.build import index
from migrator.options import Options
from migrator.pipeline import plan_files
from migrator.source.files import decode

KNOWN = """
    from flask import Flask, flash, render_template, request

    app = Flask(__name__)

    def helper():
        return request.form["name"]

    @app.route("/")
    def index():
        helper()
        flash("hello")
        return render_template("index.html")
"""
UNKNOWN = """
    import json
    from flask import Flask

    app = Flask(__name__)

    def body(source):
        return source.form["name"]

    def late(text):
        return json.loads(text).render()

    @app.post("/")
    def index():
        return vars(app)["body"](vars(app)["request"])
"""


def evidence(facts, **seen):
    """What was seen at expressions, by keyword ``member`` or ``call``: pairs of text and sights."""
    return Evidence(
        members={place_of(facts, text): frozenset(what) for text, *what in seen.get("member", ())},
        callees={place_of(facts, text): frozenset(what) for text, *what in seen.get("call", ())},
        files=frozenset({"app.py"}),
    )


def place_of(facts, text):
    node = nodes(facts, text)[-1]
    path = facts.program.modules[facts.program.module_of[node]].file.path
    return Place(path, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def told(decisions):
    return {(it.place.line, getattr(it.used, "name", it.used)) for it in decisions}


def test_what_was_inferred_and_seen_agrees():
    facts = facts_of(KNOWN)
    agreement = compare(
        facts,
        evidence(
            facts,
            member=[("request.form", "flask.Request.form")],
            call=[
                ("helper()", Ran("app.py", 6, "helper")),
                ("flash('hello')", "flask.flash"),
                ("render_template('index.html')", "flask.render_template"),
            ],
        ),
    )
    places = {(7, "request.form"), (11, "helper"), (12, "flask.flash")}
    assert told(agreement.found) == places | {(13, "flask.render_template")}
    assert told(agreement.confirmed) == told(agreement.found)
    assert (agreement.missed, agreement.wrong) == ((), ())


def test_what_was_not_inferred_is_missed():
    facts = facts_of(UNKNOWN)
    seen = evidence(
        facts,
        member=[("source.form", "flask.Request.form")],
        call=[("vars(app)['body'](vars(app)['request'])", Ran("app.py", 7, "body"))],
    )
    agreement = compare(facts, seen)
    assert told(agreement.missed) == {(8, "request.form"), (15, "body")}
    assert agreement.found == ()


def test_a_call_is_a_decision_only_if_what_it_runs_was_seen_to_need_an_await():
    facts = facts_of(KNOWN)
    seen = evidence(facts, call=[("helper()", Ran("app.py", 6, "helper"))])
    assert compare(facts, seen).found == ()


def test_what_awaits_a_signal_only_makes_no_caller_wait():
    facts = facts_of("""
        from flask import flash

        def told():
            flash("hello")

        def caller():
            told()
    """)
    seen = evidence(
        facts, call=[("flash('hello')", "flask.flash"), ("told()", Ran("app.py", 4, "told"))]
    )
    assert told(compare(facts, seen).found) == {(5, "flask.flash")}


def test_what_is_something_else_each_time_is_wrong():
    facts = facts_of(KNOWN)
    seen = evidence(
        facts,
        member=[("request.form", "")],
        call=[("flash('hello')", "", "flask.flash"), ("render_template('index.html')", "")],
    )
    agreement = compare(facts, seen)
    assert told(agreement.wrong) == {(7, "request.form"), (13, "flask.render_template")}
    assert told(agreement.confirmed) == {(12, "flask.flash")}


def test_what_was_not_run_is_not_judged():
    agreement = compare(facts_of(KNOWN), Evidence(files=frozenset({"app.py"})))
    assert (agreement.confirmed, agreement.wrong) == ((), ())


def test_what_tests_put_in_the_place_of_something_tells_nothing():
    facts = facts_of(
        {
            "app.py": KNOWN,
            "test_app.py": "class Fake:\n    form = {}\n\n\ndef fake():\n    Fake().form\n",
        }
    )
    seen = evidence(
        facts,
        member=[("request.form", "test_app.py"), ("Fake().form", "test_app.py")],
        call=[("helper()", Ran("test_app.py", 5, "fake"))],
    )
    agreement = compare(facts, seen)
    assert (agreement.missed, agreement.wrong) == ((), ())


def test_decisions_in_tests_are_told_apart():
    facts = facts_of(
        {
            "app.py": KNOWN,
            "tests/check.py": "from app import app\nclient = app.test_client()\nclient.get('/')",
        }
    )
    seen = evidence(facts, member=[("client.get", "flask.testing.FlaskClient.get")])
    (found,) = compare(facts, seen).found
    assert (found.in_test, found.used) == (True, "test client.get")


def test_a_place_in_a_file_that_was_not_read_is_missed():
    place = Place("other.py", 3, 0, 3, 10)
    seen = Evidence({place: frozenset({"flask.Request.form"})}, files=frozenset({"other.py"}))
    (missed,) = compare(facts_of(KNOWN), seen).missed
    assert (missed.place, missed.node, missed.function) == (place, None, None)


def planned(code, make):
    """The plan of one file with the evidence that *make* makes of its facts."""
    file = decode("app.py", textwrap.dedent(code).encode())
    report = plan_files("", [file], Options(), evidence=make(facts_of(code)))
    return report.files[0].after.decode(), report


def test_what_was_missed_is_migrated_as_it_was_seen():
    text, report = planned(
        UNKNOWN,
        lambda facts: evidence(facts, member=[("source.form", "flask.Request.form")]),
    )
    assert "(await source.form)" in text
    (finding,) = [it for it in report.findings if it.rule == "evidence"]
    assert "`request.form` in `source.form`" in finding.message
    assert str(finding.location) == "app.py:8"


def test_what_follows_from_what_was_missed_is_known_too():
    code = """
        from flask import Flask

        app = Flask(__name__)

        @app.post("/")
        def index():
            incoming = vars(app)["request"]
            values = incoming.form
            incoming.files["photo"].save("photo.png")
            return incoming.get_json()
    """
    text, _ = planned(
        code, lambda facts: evidence(facts, member=[("incoming.files", "flask.Request.files")])
    )
    assert 'await (await incoming.files)["photo"].save("photo.png")' in text


def test_what_was_also_seen_to_be_something_else_stays_flask_code():
    text, report = planned(
        UNKNOWN,
        lambda facts: evidence(facts, member=[("source.form", "flask.Request.form", "")]),
    )
    assert "await" not in text
    states = {it.verdict.function.name: it.verdict.state for it in report.functions}
    assert states["body"] == "bridged"


def test_a_function_got_by_name_is_awaited():
    code = """
        import flask

        app = flask.Flask(__name__)

        @app.get("/")
        def index():
            return getattr(flask, app.config["HOW"])("index.html")
    """
    call = "getattr(flask, app.config['HOW'])('index.html')"
    text, _ = planned(code, lambda facts: evidence(facts, call=[(call, "flask.render_template")]))
    assert 'return await getattr(quart, app.config["HOW"])("index.html")' in text


def test_a_call_that_was_missed_keeps_what_it_runs_synchronous():
    call = "vars(app)['body'](vars(app)['request'])"
    text, report = planned(
        UNKNOWN,
        lambda facts: evidence(
            facts,
            member=[("source.form", "flask.Request.form")],
            call=[(call, Ran("app.py", 7, "body"))],
        ),
    )
    assert "await" not in text
    (body,) = [it for it in report.functions if it.verdict.function.name == "body"]
    assert (body.verdict.state, body.verdict.barrier) == ("bridged", "mixed-call")
    assert not report.unexplained


def test_a_call_that_was_known_in_part_gets_the_rest():
    facts = facts_of("""
        class Base:
            def name(self):
                return request.form

        class Other:
            def name(self):
                return request.form

        from flask import request

        def caller():
            return Base().name()
    """)
    seen = evidence(
        facts,
        member=[("request.form", "flask.Request.form")],
        call=[("Base().name()", Ran("app.py", 7, "name"))],
    )
    more = with_seen_calls(facts, compare(facts, seen))
    (site,) = [it for it in more.calls if it.form == "call" and len(it.targets) > 1]
    assert {it.name for it in site.targets} == {"Base.name", "Other.name"}
    assert not site.external
    assert site in more.callers[function_id(facts, "Other.name")]


def test_without_hints_nothing_changes():
    file = decode("app.py", textwrap.dedent(KNOWN).encode())
    program = index([file])
    facts = infer(program)
    assert hints_of(compare(facts, Evidence(files=frozenset({"app.py"})))) == {}
    assert infer(program, {}).members == facts.members


def test_a_function_that_needs_an_await_and_is_planned_without_is_unexplained():
    facts = facts_of(KNOWN)
    seen = evidence(facts, member=[("request.form", "flask.Request.form")])
    agreement = compare(facts, seen)
    # No rule stated a demand: as if none knew of it.
    missing = unexplained(agreement, color(facts, [], Options()))
    assert [it.name for it in missing] == ["helper"]
    _, report = planned(KNOWN, lambda _: seen)
    assert not report.unexplained
