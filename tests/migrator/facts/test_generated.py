"""The generated tables: up to date, and what they say."""

import importlib.metadata
import json
import subprocess
import sys

import pytest

from migrator.facts.catalog.flask_to_quart import (
    Change,
    aliases,
    changes,
    class_members,
    public_names,
    versions,
)
from migrator.facts.catalog.framework import framework
from migrator.facts.catalog.generate import TARGET, tables
from migrator.facts.catalog.overridable import is_view_method, overrides
from migrator.facts.catalog.roles import roles


def test_the_tables_are_those_of_the_installed_frameworks():
    installed = {name: importlib.metadata.version(name) for name in versions()}
    if installed != versions():
        pytest.skip(f"made for {versions()}, installed are {installed}")
    stale = "stale: run python -m migrator.facts.catalog.generate"
    # In a process of its own: extensions that other tests import add to Flask's classes.
    code = f"import json; from {tables.__module__} import tables; print(json.dumps(tables()))"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
    assert json.loads(TARGET.read_text("utf-8")) == json.loads(printed), stale


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("flask.render_template", Change.AWAITABLE),
        ("flask.flash", Change.AWAITABLE),
        ("flask.make_response", Change.AWAITABLE),
        ("flask.send_file", Change.AWAITABLE),
        ("flask.Request.form", Change.AWAITABLE),
        ("flask.Request.json", Change.AWAITABLE),
        ("flask.Request.get_json", Change.AWAITABLE),
        ("flask.Response.get_data", Change.AWAITABLE),
        ("flask.Flask.open_resource", Change.AWAITABLE),
        ("flask.Flask.wsgi_app", Change.MISSING),
        ("flask.ctx.AppContext.push", Change.AWAITABLE),
        ("werkzeug.datastructures.FileStorage.save", Change.AWAITABLE),
        ("flask.redirect", Change.PARAMETERS),
        ("flask.testing.FlaskClient.get", Change.AWAITABLE),
    ],
)
def test_what_is_different_in_quart(name, change):
    assert changes()[name] is change


@pytest.mark.parametrize(
    "name",
    ["flask.url_for", "flask.jsonify", "flask.Request.args", "flask.Response.set_cookie",
     "flask.Flask.route", "flask.request"],
)  # fmt: skip
def test_what_is_the_same_in_quart(name):
    assert changes().get(name) is not Change.AWAITABLE
    assert changes().get(name) is not Change.MISSING


def test_longer_names():
    assert aliases()["flask.globals.request"] == "flask.request"
    assert "flask.request" not in aliases()
    assert "request" in public_names()
    assert "json" not in public_names()


def test_kinds_name_members_that_exist():
    """A misspelt member in ``kinds.toml`` would never be found."""
    missing = {
        str(member)
        for member in framework().results
        if member.kind in _CLASSES
        and not member.name.startswith("_")
        and member.name not in class_members()[_CLASSES[member.kind]]
    }
    assert missing == set()


_CLASSES = {
    "app": "flask.Flask",
    "blueprint": "flask.Blueprint",
    "test client": "flask.testing.FlaskClient",
    "command line runner": "flask.testing.FlaskCliRunner",
}


def test_roles_name_members_that_exist():
    known = {
        "app": class_members()["flask.Flask"],
        "blueprint": class_members()["flask.Blueprint"],
    }
    removed = {
        "app.after_serving", "app.before_first_request", "app.before_serving", "app.while_serving",
        "app.cli", "blueprint.before_app_first_request", "blueprint.cli",
        "app.after_request_funcs", "app.before_request_funcs", "app.shell_context_processors",
        "app.teardown_appcontext_funcs", "app.teardown_request_funcs",
        "app.template_context_processors", "app.url_build_error_handlers",
        "app.url_default_functions", "app.url_value_preprocessors", "app.view_functions",
    }  # fmt: skip
    for member in roles().members.keys() - removed:
        kind, _, name = member.partition(".")
        assert kind not in known or name in known[kind], member


@pytest.mark.parametrize(
    ("base", "method", "expected"),
    [
        ("threading.Thread", "run", True),
        ("threading.Thread", "walk", False),
        ("flask.Flask", "make_response", True),
        ("flask.Flask", "own", False),
        ("builtins.dict", "get", True),
        ("builtins.Exception", "own", False),
        ("celery.Task", "run", True),
        ("lib.Base", "anything", True),
        ("lib.Base", "_private", False),
        ("lib.SomeMixin", "anything", False),
        ("flask_wtf.FlaskForm", "validate_name", True),
        ("flask_wtf.FlaskForm", "anything", False),
        ("no_such_module.Thing", "_x", False),
    ],
)
def test_what_a_method_overrides(base, method, expected):
    assert overrides(base, method) is expected


def test_bases_of_views():
    assert is_view_method("flask.views.MethodView", "get")
    assert is_view_method("flask_restful.Resource", "post")
    assert is_view_method("flask_classful.FlaskView", "archive")
    assert not is_view_method("flask_classful.FlaskView", "before_archive")
    assert not is_view_method("flask_restful.Resource", "archive")
    assert not is_view_method("flask.Flask", "get")
