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
