"""Who calls a function from outside the program."""

import pytest
from inferring import facts_of, function_id, kinds, names, roles

APP = "from flask import Flask, Blueprint\napp = Flask(__name__)\nbp = Blueprint('b', __name__)\n"


@pytest.mark.parametrize(
    ("code", "role", "via"),
    [
        ("@app.route('/')\ndef f(): ...", "view", "app.route"),
        ("@app.get('/')\ndef f(): ...", "view", "app.get"),
        ("@bp.route('/')\ndef f(): ...", "view", "blueprint.route"),
        ("def f(): ...\napp.add_url_rule('/', view_func=f)", "view", "app.add_url_rule"),
        ("def f(): ...\napp.add_url_rule('/', 'f', f)", "view", "app.add_url_rule"),
        ("def f(): ...\napp.route('/')(f)", "view", "app.route"),
        ("def f(): ...\napp.view_functions['x'] = f", "view", "app.view_functions"),
        ("from functools import partial\ndef f(): ...\napp.route('/')(partial(f, 1))", "view",
         "app.route"),
        ("@app.before_request\ndef f(): ...", "before-request hook", "app.before_request"),
        ("@bp.before_app_request\ndef f(): ...", "before-request hook",
         "blueprint.before_app_request"),
        ("def f(): ...\napp.before_request(f)", "before-request hook", "app.before_request"),
        ("def f(): ...\napp.before_request_funcs.setdefault(None, []).append(f)",
         "before-request hook", "app.before_request_funcs"),
        ("@app.after_request\ndef f(r): ...", "after-request hook", "app.after_request"),
        ("@app.teardown_appcontext\ndef f(e): ...", "teardown hook", "app.teardown_appcontext"),
        ("@app.errorhandler(404)\ndef f(e): ...", "error handler", "app.errorhandler"),
        ("def f(e): ...\napp.register_error_handler(404, f)", "error handler",
         "app.register_error_handler"),
        ("@app.context_processor\ndef f(): ...", "context processor", "app.context_processor"),
        ("@bp.url_value_preprocessor\ndef f(e, v): ...", "URL processor",
         "blueprint.url_value_preprocessor"),
        ("@app.template_filter('x')\ndef f(v): ...", "template filter, test or global",
         "app.template_filter"),
        ("@app.template_filter()\ndef f(v): ...", "template filter, test or global",
         "app.template_filter"),
        ("def f(v): ...\napp.jinja_env.filters['f'] = f", "template filter, test or global",
         "Jinja environment.filters"),
        ("def f(v): ...\napp.jinja_env.globals.update(f=f)", "template filter, test or global",
         "Jinja environment.globals"),
        ("def f(v): ...\napp.jinja_env.globals.update({'f': f})",
         "template filter, test or global", "Jinja environment.globals"),
        ("@app.shell_context_processor\ndef f(): ...", "shell context processor",
         "app.shell_context_processor"),
        ("@app.cli.command()\ndef f(): ...", "command line command", "command group.command"),
        ("@app.cli.command('x')\ndef f(): ...", "command line command", "command group.command"),
        ("@bp.cli.command('x')\ndef f(): ...", "command line command", "command group.command"),
        ("import click\n@click.command()\ndef f(): ...", "command line command", "click.command"),
        ("import click\n@click.group()\ndef g(): ...\n@g.command()\ndef f(): ...",
         "command line command", None),
        ("from flask.cli import AppGroup\ng = AppGroup('g')\n@g.command('x')\ndef f(): ...",
         "command line command", "command group.command"),
        ("from flask import after_this_request\n@after_this_request\ndef f(r): ...",
         "after-this-request callback", "flask.after_this_request"),
        ("from flask import request_started\ndef f(s): ...\nrequest_started.connect(f, app)",
         "signal receiver", "flask.request_started.connect"),
        ("from flask import got_request_exception as s\n@s.connect_via(app)\ndef f(s): ...",
         "signal receiver", "flask.got_request_exception.connect_via"),
        ("from threading import Thread\ndef f(): ...\nThread(target=f).start()", "thread target",
         "threading.Thread"),
        ("import threading\ndef f(): ...\nthreading.Timer(1, f).start()", "thread target",
         "threading.Timer"),
        (("from concurrent.futures import ThreadPoolExecutor\nx = ThreadPoolExecutor()\n"
         "def f(): ...\nx.submit(f)"), "thread target",
         "concurrent.futures.ThreadPoolExecutor().submit"),
        ("from celery import Celery\nc = Celery()\n@c.task\ndef f(): ...",
         "task of a queue or scheduler", "celery.Celery().task"),
        ("from celery import shared_task\n@shared_task\ndef f(): ...",
         "task of a queue or scheduler", "celery.shared_task"),
        (("from apscheduler.schedulers.background import BackgroundScheduler as S\ns = S()\n"
         "def f(): ...\ns.add_job(f, 'interval')"), "task of a queue or scheduler", None),
        (("from flask_login import LoginManager\nm = LoginManager(app)\n@m.user_loader\n"
         "def f(i): ..."), "callback of an extension", "flask_login.LoginManager().user_loader"),
        (("from flask_login import LoginManager\nm = LoginManager(app)\ndef f(): ...\n"
         "m.unauthorized_callback = f"), "callback of an extension",
         "flask_login.LoginManager().unauthorized_callback"),
        ("def f(x): ...\nsorted([], key=f)", "passed to code outside the program",
         "builtins.sorted"),
        ("import signal\ndef f(x): ...\nsignal.signal(1, f)", "passed to code outside the program",
         "signal.signal"),
        ("from sqlalchemy import event\n@event.listens_for(object, 'load')\ndef f(x): ...",
         None, None),
    ],
)  # fmt: skip
def test_roles(code, role, via):
    found = roles(APP + code, "f")
    if role is None:
        assert found
    elif via is None:
        assert role in {each for each, _ in found}
    else:
        assert (role, via) in found


@pytest.mark.parametrize(
    "code",
    [
        "def f(): ...",
        "def f(): ...\nf()",
        "import functools\n@functools.lru_cache\ndef f(): ...",
        "import functools\n@functools.wraps(print)\ndef f(): ...",
        "def f(): ...\nprint(f)",
        "def f(): ...\ng = f",
        "def f(): ...\napp.config['f'] = 1",
        "def f(): return 1\napp.route(f())",
        "def d(g): return g\n@d\ndef f(): ...",
    ],
)
def test_what_nobody_outside_calls(code):
    assert roles(APP + code, "f") == set()


@pytest.mark.parametrize(
    ("code", "function", "role"),
    [
        ("class C:\n    def __init__(self): ...", "C.__init__", "constructor"),
        ("class C:\n    @property\n    def f(self): ...", "C.f", "property"),
        ("class C:\n    def __str__(self): ...", "C.__str__", "special method"),
        ("class C:\n    def __enter__(self): ...", "C.__enter__", "context manager"),
        ("def f():\n    yield", "f", "generator"),
        ("import contextlib\n@contextlib.contextmanager\ndef f():\n    yield", "f",
         "context manager"),
        ("x = lambda: 1", "<lambda>", "lambda"),
        ("import asyncio\nasync def g(): ...\ndef f():\n    asyncio.run(g())", "f",
         "starts an event loop"),
        ("import asyncio\ndef f(loop):\n    asyncio.get_event_loop().run_until_complete(1)", "f",
         "starts an event loop"),
    ],
)  # fmt: skip
def test_roles_by_form(code, function, role):
    assert role in {each for each, _ in roles(code, function)}


def test_a_context_manager_is_no_generator():
    code = "import contextlib\n@contextlib.contextmanager\ndef f():\n    yield"
    assert "generator" not in {each for each, _ in roles(code, "f")}


def test_methods_of_views():
    code = """
        from flask.views import MethodView
        class Base(MethodView): ...
        class Page(Base):
            def get(self): ...
            def helper(self): ...
        """
    assert roles(code, "Page.get") == {
        ("method of a class-based view", "flask.views.MethodView.get")
    }
    assert roles(code, "Page.helper") == set()


@pytest.mark.parametrize("library", ["flask_restful", "flask_restx"])
def test_resources(library):
    code = f"from {library} import Resource\nclass R(Resource):\n    def get(self): ..."
    assert ("method of a class-based view", f"{library}.Resource.get") in roles(code, "R.get")


@pytest.mark.parametrize("library", ["flask_restful", "flask_restx"])
def test_other_methods_of_resources_are_the_programs_own(library):
    code = f"from {library} import Resource\nclass R(Resource):\n    def make_csv(self): ..."
    assert not roles(code, "R.make_csv")


def test_methods_that_are_mixed_into_a_view_are_views():
    code = (
        "from flask.views import MethodView\nclass Lists:\n    def get(self): ...\n"
        "    def load(self): ...\nclass Books(Lists, MethodView): ..."
    )
    assert roles(code, "Lists.get") == {
        ("method of a class-based view", "flask.views.MethodView.get")
    }
    assert not roles(code, "Lists.load")


def test_a_method_that_is_mixed_into_a_class_that_nothing_is_known_of_overrides_nothing():
    code = "from lib import Base\nclass Mixed:\n    def load(self): ...\nclass C(Mixed, Base): ..."
    assert not roles(code, "Mixed.load")


def test_validators_that_are_mixed_into_a_form_are_called_by_it():
    code = (
        "from flask_wtf import FlaskForm\nclass Named:\n    def validate_name(self, field): ...\n"
        "class Book(Named, FlaskForm): ..."
    )
    (role,) = roles(code, "Named.validate_name")
    assert role[0] == "overrides a method of a class outside the program"


@pytest.mark.parametrize(
    ("code", "overrides"),
    [
        ("import threading\nclass C(threading.Thread):\n    def run(self): ...", True),
        ("import json\nclass C(json.JSONEncoder):\n    def default(self, o): ...", True),
        ("from lib import Base\nclass C(Base):\n    def run(self): ...", True),
        ("from flask import Flask\nclass C(Flask):\n    def run(self): ...", True),
        (("from lib import Base, show\nclass C(Base):\n    @show('/')\n"
         "    def run(self): ..."), False),
        (("from lib import Base\nfrom other import show\nclass C(Base):\n    @show('/')\n"
         "    def run(self): ..."), True),
        (("from wtforms import Form\nclass C(Form):\n    def validate_run(self, f): ...\n"
         "    run = validate_run"), True),
        ("import threading\nclass C(threading.Thread):\n    def other(self): ...", False),
        ("class C(Exception):\n    def run(self): ...", False),
        ("from flask import Flask\nclass C(Flask):\n    def other(self): ...", False),
        ("from lib import Mixin\nclass C(Mixin):\n    def run(self): ...", False),
        (("from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\nclass C(db.Model):\n"
         "    def run(self): ..."), False),
        ("class B: ...\nclass C(B):\n    def run(self): ...", False),
    ],
)  # fmt: skip
def test_methods_that_a_library_calls(code, overrides):
    found = {
        str(entry.role) for entries in facts_of(code).entry_points.values() for entry in entries
    }
    assert ("overrides a method of a class outside the program" in found) is overrides


def test_app_factories():
    code = """
        from flask import Flask
        def create_app():
            return Flask(__name__)
        def make():
            return create_app()
        def use():
            app = create_app()
            app.run()
        """
    assert ("app factory", "flask.Flask") in roles(code, "create_app")
    assert ("app factory", "flask.Flask") in roles(code, "make")
    assert roles(code, "use") == set()


def test_a_factory_of_a_subclass():
    code = "from flask import Flask\nclass A(Flask): ...\ndef make():\n    return A(__name__)"
    assert ("app factory", "flask.Flask") in roles(code, "make")


def test_a_getter_of_the_app_is_no_factory():
    code = APP + "def get_app():\n    return app"
    assert roles(code, "get_app") == set()


def test_an_after_request_hook_gets_a_response():
    facts = facts_of(APP + "@app.after_request\ndef f(r):\n    return r.data")
    assert {str(member) for member in facts.members} >= {"response.data"}


def test_record_gets_the_app():
    facts = facts_of(APP + "@bp.record\ndef f(state):\n    state.app.config")
    assert "app.config" in {str(member) for member in facts.members}


def test_a_thread_gets_its_arguments():
    code = (
        APP + "from threading import Thread\ndef f(a):\n    a.config\nThread(target=f, args=(app,))"
    )
    assert "app.config" in {str(member) for member in facts_of(code).members}


@pytest.mark.parametrize(
    "given", ["args=(app, mail)", "args=[app, mail]", "args=(app,), kwargs={'b': mail}"]
)
def test_each_parameter_of_a_thread_gets_its_own_argument(given):
    code = (
        APP + "from flask_mail import Mail\nfrom threading import Thread\nmail = Mail()\n"
        f"def f(a, b):\n    (a.config, b)\nThread(target=f, {given})"
    )
    assert kinds(code, "a") == {"app"}
    assert names(code, "b") == {"flask_mail.Mail()"}
    assert kinds(code, "b") == set()


def test_called_by_tests():
    files = {
        "app.py": "def used(): ...\ndef other():\n    used()\n",
        "tests/test_app.py": "from app import used\ndef test_it():\n    used()\n",
    }
    assert roles(files, "used") == {("called by tests", "test_it")}
    assert roles(files, "other") == set()


@pytest.mark.parametrize(
    "code",
    [
        "def test_it(monkeypatch):\n    monkeypatch.setattr('pkg.db.f', None)",
        "from pkg import db\ndef test_it(monkeypatch):\n    monkeypatch.setattr(db, 'f', None)",
        "from unittest import mock\ndef test_it():\n    with mock.patch('pkg.db.f'): ...",
        "from unittest.mock import patch\n@patch('pkg.db.f')\ndef test_it(f): ...",
        (
            "from unittest.mock import patch\nfrom pkg import db\ndef test_it():\n"
            "    with patch.object(db, 'f'): ..."
        ),
        "def test_it(mocker):\n    mocker.patch('pkg.db.f')",
        "from pkg import db\ndef test_it():\n    db.f = None",
    ],
)
def test_replaced_by_tests(code):
    files = {
        "pkg/__init__.py": "",
        "pkg/db.py": "def f(): ...\ndef other(): ...\n",
        "tests/test_db.py": code,
    }
    assert {role for role, _ in roles(files, "f")} == {"replaced by tests"}
    assert roles(files, "other") == set()


def test_the_place_of_an_entry_point():
    facts = facts_of(APP + "def f(): ...\napp.before_request(f)\n")
    (entry,) = facts.entry_points[function_id(facts, "f")]
    assert str(entry.location) == "app.py:5"
