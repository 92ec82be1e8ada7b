"""However a name is imported, it is the same thing; and what is not imported is not it."""

import pytest
from inferring import facts_of, kinds, members, names


@pytest.mark.parametrize(
    ("code", "expression"),
    [
        ("from flask import request\nrequest", "request"),
        ("from flask import request as req\nreq", "req"),
        ("import flask\nflask.request", "flask.request"),
        ("import flask as f\nf.request", "f.request"),
        ("from flask.globals import request\nrequest", "request"),
        ("import flask.globals\nflask.globals.request", "flask.globals.request"),
        ("import flask.globals as g\ng.request", "g.request"),
        ("from flask import globals\nglobals.request", "globals.request"),
        ("from flask import *\nrequest", "request"),
        ("def view():\n    from flask import request\n    return request", "request"),
        ("import flask\ndef view():\n    return flask.request", "flask.request"),
        ("if True:\n    from flask import request\nrequest", "request"),
        ("import flask\nrequest = flask.request\nrequest", "request"),
        ("import flask\ngetattr(flask, 'request')", "getattr(flask, 'request')"),
        ("import importlib\nf = importlib\nfrom flask import request\nrequest", "request"),
    ],
)
def test_request_by_any_name(code, expression):
    assert names(code, expression) == {"flask.request"}
    assert kinds(code, expression) == {"request"}


@pytest.mark.parametrize(
    ("code", "expression", "name"),
    [
        ("from flask import jsonify as j\nj", "j", "flask.jsonify"),
        ("from flask.json import jsonify\njsonify", "jsonify", "flask.jsonify"),
        ("from flask.helpers import send_file\nsend_file", "send_file", "flask.send_file"),
        ("from flask.templating import render_template as r\nr", "r", "flask.render_template"),
        ("from flask.views import MethodView\nMethodView", "MethodView", "flask.views.MethodView"),
        ("from flask.signals import template_rendered as t\nt", "t", "flask.template_rendered"),
        ("from flask.cli import with_appcontext\nwith_appcontext", "with_appcontext",
         "flask.cli.with_appcontext"),
        ("from flask.wrappers import Response\nResponse", "Response", "flask.Response"),
        ("from flask.sessions import SessionInterface as S\nS", "S",
         "flask.sessions.SessionInterface"),
        ("from flask.testing import FlaskClient as C\nC", "C", "flask.testing.FlaskClient"),
        ("import time\ntime.sleep", "time.sleep", "time.sleep"),
        ("import os.path\nos.path.join", "os.path.join", "os.path.join"),
        ("open", "open", "builtins.open"),
    ],
)  # fmt: skip
def test_longer_names_are_given_by_the_public_one(code, expression, name):
    assert names(code, expression) == {name}


@pytest.mark.parametrize(
    ("code", "expression"),
    [
        ("request = 1\nrequest", "request"),
        ("def view(request):\n    return request", "request"),
        ("from django.http import request\nrequest", "request"),
        (
            "from flask import request\nrequest = object\ndel request\nrequest = 3\nrequest",
            "request",
        ),
        ("from flask import request\n[request for request in 'ab']", "request"),
        ("from flask import request\ndef f():\n    request = 'GET'\n    return request", "request"),
        ("from flask import request\nlambda request: request", "request"),
        ("from requests import *\nrequest", "request"),
        ("from flask import *\nrequests", "requests"),
    ],
)
def test_what_is_not_flasks_request(code, expression):
    assert kinds(code, expression) == set()


def test_a_later_import_wins():
    code = """
        from flask import Flask, Response
        from werkzeug.wrappers import Response

        def view():
            return Response("x")
        """
    assert names(code, "Response") == {"werkzeug.wrappers.Response"}
    assert "flask.Response" not in facts_of(code).names


def test_an_import_that_a_try_overrides_is_not_counted():
    code = """
        from flask import Response
        try:
            from werkzeug.wrappers import Response
        except ImportError:
            from werkzeug.wrappers import BaseResponse as Response
        Response
        """
    assert names(code, "Response") == {
        "werkzeug.wrappers.Response",
        "werkzeug.wrappers.BaseResponse",
    }


def test_an_optional_import():
    code = """
        try:
            from flask import Flask
        except ImportError:
            Flask = None
        app = Flask(__name__)
        """
    assert kinds(code, "Flask(__name__)") == {"app"}


def test_imports_for_type_checkers_only():
    code = """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from flask import Flask

        def init_app(app: "Flask"):
            app.before_request(print)
        """
    assert "app.before_request" in members(code)


def test_the_alias_of_an_import_is_known():
    facts = facts_of("from flask import request as req, g")
    (statement,) = facts.program.modules["app"].tree.body
    assert [facts.names_at[alias] for alias in statement.names] == [
        {"flask.request"},
        {"flask.g"},
    ]


def test_a_global_that_a_function_sets():
    code = """
        from flask import Flask
        app = None

        def make():
            global app
            app = Flask(__name__)

        def use():
            return app.config
        """
    assert kinds(code, "app") == {"app"}


def test_a_nonlocal_that_an_inner_function_sets():
    code = """
        from flask import Flask

        def make():
            app = None
            def inner():
                nonlocal app
                app = Flask(__name__)
            inner()
            return app.config
        """
    assert kinds(code, "app.config") == {"configuration"}
