"""How values move through statements and expressions, and where they end."""

import pytest
from inferring import facts_of, kinds, names, nodes

MAKE = "from flask import Flask, request, current_app, g, session\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    "code",
    [
        "x = app\nx",
        "x = y = app\nx",
        "x, y = app, 1\nx",
        "[x, y] = [app, 1]\nx",
        "(x, *y) = app, 1\nx",
        "x: object = app\nx",
        "if x := app:\n    x",
        "x = app if app else None\nx",
        "x = None or app\nx",
        "x = app and app\nx",
        "x = [app][0]\nx",
        "x = {'a': app}['a']\nx",
        "x = dict(a=app)['a']\nx",
        "x = (1, app)[1]\nx",
        "for x in [app]:\n    x",
        "for i, x in enumerate([app]):\n    x",
        "for a, x in zip([1], [app]):\n    x",
        "for k, x in {'a': app}.items():\n    x",
        "x = next(iter([app]))\nx",
        "x = [y for y in [app]][0]\nx",
        "x = list(map(lambda y: y, [app]))[0]\nx",
        "x = (lambda: app)()\nx",
        "def f():\n    return app\nx = f()\nx",
        "def f(y):\n    return y\nx = f(app)\nx",
        "def f(*ys):\n    return ys[0]\nx = f(app)\nx",
        "def f(**ys):\n    return ys['a']\nx = f(a=app)\nx",
        "def f(y):\n    return y\nx = f(*[app])\nx",
        "def f(y):\n    return y\nx = f(**{'y': app})\nx",
        "def f(a, *, y):\n    return y\nx = f(1, y=app)\nx",
        "def f(y=app):\n    return y\nx = f()\nx",
        "def f():\n    yield app\nfor x in f():\n    x",
        "def f():\n    yield from [app]\nfor x in f():\n    x",
        "import functools\ndef f(y, z):\n    return y\nx = functools.partial(f, app)(1)\nx",
        "import functools\ndef f(y, z):\n    return z\nx = functools.partial(f, 1)(app)\nx",
        "import copy\nx = copy.copy(app)\nx",
        "from typing import cast\nx = cast('object', app)\nx",
        "xs = []\nxs.append(app)\nx = xs[0]\nx",
        "xs = {}\nxs['a'] = app\nx = xs.get('a')\nx",
        "xs = {}\nxs.update(a=app)\nx = xs['a']\nx",
        "xs = {}\nx = xs.setdefault('a', app)\nx",
        "class C: pass\nc = C()\nc.a = app\nx = c.a\nx",
        "class C: pass\nc = C()\nsetattr(c, 'a', app)\nx = getattr(c, 'a')\nx",
        "class C:\n    a = app\nx = C.a\nx",
        "class C:\n    a = app\nx = C().a\nx",
        "def f(): pass\nf.a = app\nx = f.a\nx",
        "match app:\n    case x:\n        x",
        "try:\n    x = app\nexcept ValueError:\n    x = None\nx",
        "while True:\n    x = app\n    break\nx",
        "x = None\nfor i in 'ab':\n    x = x or app\nx",
        "with open('f') as f:\n    x = app\nx",
        "x = app._get_current_object()\nx",
        "x = current_app._get_current_object()\nx",
        "x = current_app\nx",
        "x = app.app_context().app\nx",
        "g.a = app\nx = g.a\nx",
        "app.extensions['a'] = app\nx = app.extensions['a']\nx",
        "def f():\n    return inner()\ndef inner():\n    return app\nx = f()\nx",
        "import contextlib\nwith contextlib.closing(app) as x:\n    x",
    ],
)
def test_an_app_is_followed(code):
    assert kinds(MAKE + code, "x") == {"app"}


@pytest.mark.parametrize(
    "code",
    [
        "x = 1\nx",
        "x = app\nx = 1\nx",
        "x = 1 if app else 2\nx",
        "x, y = 1, app\nx",
        "x = {'a': app, 'b': 1}['b']\nx",
        "x = (app, 1)[1]\nx",
        "x = str(app)\nx",
        "x = app.name\nx",
        "x = app and 1\nx",
        "x = not app\nx",
        "x = app == app\nx",
        "def f(y, z):\n    return z\nx = f(app, 1)\nx",
        "def f(y):\n    return 1\nx = f(app)\nx",
        "x = [y for y in 'ab'][0]\nx",
        "def f():\n    yield app\nx = f()\nx",
        "x = 'app'\nx",
        "for i in 'ab':\n    x = i\nx",
        "def f():\n    app = 1\n    return app\nx = f()\nx",
        "class C:\n    app = 1\n    x = app\nx = C.x\nx",
    ],
)
def test_what_is_no_app(code):
    assert kinds(MAKE + code, "x") == set()


def test_a_name_may_be_one_of_two():
    code = MAKE + "if app:\n    x = app\nelse:\n    x = request\nx"
    assert kinds(code, "x") == {"app", "request"}


def test_a_branch_that_returns_does_not_count_after_it():
    code = MAKE + (
        "def f(flag):\n    x = app\n    if flag:\n        x = request\n        return x\n    x.run"
    )
    assert kinds(code, "x") == {"app"}


def test_a_branch_that_raises_does_not_count_after_it():
    code = MAKE + "x = app\nif app:\n    x = request\n    raise ValueError\nx.run"
    assert kinds(code, "x") == {"app"}


def test_a_loop_carries_its_names_round():
    code = MAKE + "x = app\nfor i in 'ab':\n    x.run\n    x = request\n"
    facts = facts_of(code)
    node = nodes(facts, "x.run")[0].value
    assert {str(kind) for kind in facts.kinds_at[node]} == {"app", "request"}


def test_code_after_pytest_raises_is_reached():
    code = MAKE + "import pytest\nwith pytest.raises(ValueError):\n    raise ValueError\napp.run"
    assert kinds(code, "app.run.__self__" if False else "app") == {"app"}


def test_certain_says_that_it_can_be_nothing_else():
    (use,) = facts_of(MAKE + "app.run()").members[_member("app.run")]
    assert use.certain


def test_uncertain_where_it_may_be_something_else():
    code = MAKE + "class C:\n    def run(self): pass\nx = C() if app else app\nx.run()"
    (use,) = facts_of(code).members[_member("app.run")]
    assert not use.certain


def test_a_use_knows_its_call_and_function():
    facts = facts_of(MAKE + "def f():\n    request.get_json(force=True)\n    request.form\n")
    (called,) = facts.members[_member("request.get_json")]
    (read,) = facts.members[_member("request.form")]
    assert called.call is not None
    assert called.function == read.function
    assert read.call is None
    assert str(read.location) == "app.py:5"


def test_an_assignment_is_a_store_and_no_read():
    facts = facts_of(MAKE + "app.wsgi_app = 1\n")
    assert _member("app.wsgi_app") in facts.stores
    assert _member("app.wsgi_app") not in facts.members


def test_names_of_results():
    code = "import sqlite3\ndb = sqlite3.connect('x')\nrow = db.execute('y').fetchone()\nrow"
    assert names(code, "db.execute") == {"sqlite3.connect().execute"}
    assert names(code, "row") == {"sqlite3.connect().execute().fetchone()"}


def test_a_session_of_a_foreign_library_enters_as_itself():
    code = "import sqlite3\nwith sqlite3.connect('x') as db:\n    db.commit()"
    assert names(code, "db.commit") == {"sqlite3.connect().commit"}


def test_a_function_that_is_handed_through_a_foreign_decorator():
    code = MAKE + "from lib import cors\napp = cors(app)\napp"
    assert kinds(code, "app") == {"app"}


def test_an_extension_that_gets_the_app_is_no_app():
    code = MAKE + "from flask_cors import CORS\nx = CORS(app)\nx"
    assert kinds(code, "x") == set()


def _member(text):
    from migrator.facts.kinds import Kind, Member

    kind, _, name = text.rpartition(".")
    return Member(Kind(kind), name)
