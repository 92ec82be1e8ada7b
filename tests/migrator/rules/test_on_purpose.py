"""Flask's names in a module that is migrated are there on purpose."""

import pytest

from migrator.coloring.colors import State
from migrator.options import Options
from migrator.pipeline import plan_files
from migrator.source.files import decode

APP = """\
import flask
from quart import Quart, request

app = Quart(__name__)


@app.route("/")
def index():
    return {code}
"""


def migrated(code):
    file = decode("app.py", APP.format(code=code).encode())
    report = plan_files("", [file], Options())
    return report.files[0].changed, {it.verdict.state for it in report.functions}


@pytest.mark.parametrize(
    "code", ['flask.request.form["name"]', 'flask.render_template("index.html")']
)
def test_a_function_with_a_name_of_flask_stays_flask_code(code):
    assert migrated(code) == (False, {State.BRIDGED})


AWAITING = APP.format(code="await request.form").replace("def index", "async def index")


def beside_migrated(helper):
    files = [decode("app.py", AWAITING.encode()), decode("helper.py", helper.encode())]
    report = plan_files("", files, Options())
    states = {it.verdict.function.name: it.verdict.state for it in report.functions}
    return [plan.path for plan in report.changed], states["name"]


def test_a_module_that_says_only_flask_request_stays_flask_code_beside_migrated_ones():
    helper = "import flask\n\n\ndef name():\n    return flask.request.form\n"
    assert beside_migrated(helper) == ([], State.BRIDGED)


def test_a_module_with_more_of_flask_is_migrated_beside_migrated_ones():
    helper = "import flask\n\n\ndef name():\n    return flask.jsonify(flask.request.form)\n"
    assert beside_migrated(helper) == (["helper.py"], State.ASYNC)


def test_a_module_that_says_only_flask_request_is_migrated_with_its_app():
    helper = "import flask\n\n\ndef name():\n    return flask.request.form\n"
    report = plan_files("", [decode("helper.py", helper.encode())], Options())
    assert report.changed


WEB = """\
import typing

import flask


class Request(flask.Request):
    pass


current = typing.cast(Request, flask.request)
"""
VIEWS = """\
from flask import Flask
from helper import name
from web import current

app = Flask(__name__)


@app.before_request
def prepare():
    current.form = dict(current.form)


@app.route("/", methods=["POST"])
def index():
    return name()
"""
HELPER = """\
from web import current


def name():
    return current.form["name"]
"""


def test_the_request_of_another_module_stays_flasks_in_the_next_plan():
    sources = {"web.py": WEB, "views.py": VIEWS, "helper.py": HELPER}
    files = [decode(path, text.encode()) for path, text in sources.items()]
    first = plan_files("", files, Options())
    helper = next(plan.after for plan in first.files if plan.path == "helper.py")
    assert b"return flask.request.form" in helper
    again = [decode(plan.path, plan.after) for plan in first.files]
    assert not plan_files("", again, Options()).changed
