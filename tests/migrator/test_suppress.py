"""``# migrator: keep[rule]`` comments."""

from migrator.options import Options
from migrator.pipeline import plan_files
from migrator.source.files import decode

APP = """\
from flask import Flask, flash, render_template, request

app = Flask(__name__){app}


@app.route("/")
def index():{index}
    name = request.form["name"]{name}
    return render_template("index.html", name=name)
"""


def migrated(app="", index="", name=""):
    source = APP.format(app=app, index=index, name=name)
    report = plan_files("", [decode("app.py", source.encode())], Options())
    return report.files[0].after.decode(), report


def test_a_kept_demand_leaves_the_whole_function_as_it_is():
    text, report = migrated(name="  # migrator: keep[await-request-body]")
    assert "\ndef index():\n" in text
    assert "await " not in text
    assert "from flask import render_template, request" in text
    (function,) = report.functions
    assert function.verdict.state == "bridged"
    assert function.verdict.reason[-1].text == "a comment says to keep it"


def test_a_comment_at_the_definition_keeps_the_function_sync():
    text, _ = migrated(index="  # migrator: keep")
    assert "\ndef index():  # migrator: keep\n" in text
    assert "await " not in text


def test_another_rules_comment_changes_nothing():
    text, _ = migrated(name="  # migrator: keep[await-flash]")
    assert "async def index" in text
    assert "(await request.form)" in text


def test_an_edit_on_a_kept_line_is_not_made():
    text, _ = migrated(app="  # migrator: keep[import-from-quart]")
    assert "app = Flask(__name__)" in text


def test_a_name_that_is_no_rules_is_reported():
    _, report = migrated(name="  # migrator: keep[await-flush]")
    (finding,) = report.findings
    assert "keep[await-flush]" in finding.message
    assert finding.location.span.line == 8
