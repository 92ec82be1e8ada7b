"""Attributes, methods, inheritance, subclasses of Flask's classes."""

import pytest
from inferring import facts_of, function_id, instances, kinds, members, names, targets

MAKE = "from flask import Flask, request\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n    def __init__(self, a):\n        self.a = a\nx = C(app).a\nx",
        (
            "class C:\n    def __init__(self, a):\n        self.a = a\n"
            "    def get(self):\n        return self.a\nx = C(app).get()\nx"
        ),
        (
            "class B:\n    def set(self):\n        self.a = app\nclass C(B):\n"
            "    def get(self):\n        return self.a\nx = C().get()\nx"
        ),
        (
            "class B:\n    def get(self):\n        return self.make()\nclass C(B):\n"
            "    def make(self):\n        return app\nx = C().get()\nx"
        ),
        "class B:\n    a = app\nclass C(B): pass\nx = C().a\nx",
        "class C:\n    @property\n    def a(self):\n        return app\nx = C().a\nx",
        (
            "import functools\nclass C:\n    @functools.cached_property\n    def a(self):\n"
            "        return app\nx = C().a\nx"
        ),
        (
            "class C:\n    @property\n    def a(self):\n        return app\n    @a.setter\n"
            "    def a(self, value):\n        pass\nx = C().a\nx"
        ),
        "class C:\n    @staticmethod\n    def a(y):\n        return y\nx = C.a(app)\nx",
        "class C:\n    @staticmethod\n    def a(y):\n        return y\nx = C().a(app)\nx",
        "class C:\n    @classmethod\n    def a(cls, y):\n        return y\nx = C.a(app)\nx",
        (
            "class C:\n    @classmethod\n    def make(cls):\n        return cls()\n    a = app\n"
            "x = C.make().a\nx"
        ),
        (
            "class B:\n    def a(self):\n        return app\nclass C(B):\n    def a(self):\n"
            "        return super().a()\nx = C().a()\nx"
        ),
        "class C:\n    def __call__(self):\n        return app\nx = C()()\nx",
        (
            "class C:\n    def __enter__(self):\n        return app\n"
            "    def __exit__(self, *a): pass\n"
            "with C() as x:\n    x"
        ),
        "class C:\n    def __iter__(self):\n        yield app\nfor x in C():\n    x",
        "class C:\n    def a(self, y):\n        return y\nm = C().a\nx = m(app)\nx",
        "class C: pass\nC.a = app\nx = C().a\nx",
        (
            "class C:\n    def a(self):\n        self.b = app\n    def c(self):\n"
            "        x = self.b\n"
            "        x"
        ),
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: Flask\nx = C(app).a\nx",
        "class C(Flask): pass\nx = C(__name__)\nx",
        "class B(Flask): pass\nclass C(B): pass\nx = C(__name__)\nx",
        "class C(Flask):\n    def f(self):\n        x = self\n        x",
        "def f(x: Flask):\n    x",
        "def f(x: 'Flask'):\n    x",
        "def f(x: Flask | None):\n    x",
        "from typing import Optional\ndef f(x: Optional[Flask]):\n    x",
        "import lib\nx: Flask = lib.make()\nx",
        "class C:\n    a: Flask\ndef f(c: C):\n    x = c.a\n    x",
    ],
)
def test_an_app_is_followed(code):
    assert kinds(MAKE + code, "x") == {"app"}


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n    def __init__(self, a, b):\n        self.b = b\nx = C(app, 1).b\nx",
        "class C:\n    a = app\n    def __init__(self):\n        pass\nx = C().b\nx",
        "class B:\n    a = app\nclass C:\n    a = 1\nx = C().a\nx",
        "class C:\n    def a(self):\n        return app\nx = C().a\nx",
        "def f(x: list[Flask]):\n    x",
    ],
)
def test_what_is_no_app(code):
    assert kinds(MAKE + code, "x") == set()


def test_a_subclass_has_the_members_of_its_base():
    assert "app.test_client" in members(MAKE + "class C(Flask): pass\nC(__name__).test_client()")


def test_what_a_subclass_defines_itself_is_no_member_of_the_base():
    code = MAKE + "class C(Flask):\n    def run(self): pass\nC(__name__).run()"
    assert "app.run" not in members(code)
    assert targets(code, "C(__name__).run()") == {"C.run"}


def test_super_of_a_subclass_is_the_member_of_the_base():
    code = MAKE + "class C(Flask):\n    def run(self):\n        super().run()"
    assert "app.run" in members(code)


def test_members_of_an_unknown_base():
    code = "import lib\nclass C(lib.Base):\n    def f(self):\n        self.go()"
    assert names(code, "self.go") == {"lib.Base().go"}


def test_bases_through_classes_of_the_program():
    facts = facts_of("import lib\nclass B(lib.Base): pass\nclass C(B): pass")
    assert {cls.name: set(bases) for cls, bases in facts.bases.items()} == {
        "B": {"lib.Base"},
        "C": {"lib.Base"},
    }


def test_a_model_of_flask_sqlalchemy_is_known_by_its_base():
    code = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\nclass User(db.Model): pass"
    facts = facts_of(code)
    assert list(facts.bases.values()) == [{"flask_sqlalchemy.SQLAlchemy().Model"}]


def test_override_groups():
    code = (
        "class A:\n    def f(self): pass\nclass B(A):\n    def f(self): pass\n    def g(self): pass"
    )
    facts = facts_of(code)
    group = {function_id(facts, "A.f"), function_id(facts, "B.f")}
    assert dict(facts.overrides) == dict.fromkeys(group, group)


def test_methods_of_unrelated_classes_do_not_override():
    facts = facts_of("class A:\n    def f(self): pass\nclass B:\n    def f(self): pass")
    assert not facts.overrides


def test_a_call_on_self_runs_the_overrides_too():
    code = """
        class A:
            def f(self):
                self.g()
            def g(self): pass
        class B(A):
            def g(self): pass
        """
    assert targets(code, "self.g()") == {"A.g", "B.g"}


def test_a_call_on_an_instance_runs_its_own_method_only():
    code = "class A:\n    def g(self): pass\nclass B(A):\n    def g(self): pass\nA().g()"
    assert targets(code, "A().g()") == {"A.g"}


def test_instances():
    assert instances("class A: pass\nx = A()\nx", "x") == {"A"}


def test_a_custom_response_class():
    code = """
        from flask import Flask, Response
        class Mine(Response): pass
        class App(Flask):
            response_class = Mine
        app = App(__name__)
        x = app.response_class("")
        x
        """
    assert kinds(code, "x") == {"response"}


def test_a_custom_response_class_set_on_the_app():
    code = """
        from flask import Flask, Response
        class Mine(Response):
            def own(self): pass
        app = Flask(__name__)
        app.response_class = Mine
        app.response_class("").own()
        """
    assert targets(code, "app.response_class('').own()") == {"Mine.own"}


def test_a_session_interface_gets_app_and_request():
    code = """
        from flask.sessions import SessionInterface
        class S(SessionInterface):
            def open_session(self, app, request):
                return request.cookies
            def save_session(self, app, session, response):
                response.set_cookie("a", "b")
        """
    assert {"request.cookies", "response.set_cookie"} <= members(code)


def test_the_request_is_one_of_the_class_that_the_program_made_for_it():
    code = (
        "from flask import Flask, Request, request\nclass Mine(Request):\n"
        "    def wants(self):\n        return self.form\n"
        "class App(Flask):\n    request_class = Mine\n"
        "def view():\n    return request.wants()\n"
    )
    assert targets(code, "request.wants()") == {"Mine.wants"}


def test_a_response_that_flask_makes_may_be_one_of_the_program_s_class():
    code = (
        "from flask import Flask, Response, current_app\nclass Mine(Response):\n"
        "    def own(self): ...\n    def get_data(self): ...\n"
        "app = Flask('x')\napp.response_class = Mine\n"
        "def view():\n    made = current_app.make_response('x')\n"
        "    return made.own(), made.get_data()\n"
    )
    assert targets(code, "made.own()") == {"Mine.own"}
    assert "response.get_data" in members(code)


def test_current_app_is_an_app_of_the_project_s_own_class():
    code = (
        "from flask import Flask, current_app\nclass Repo:\n    def size(self): ...\n"
        "class App(Flask):\n    def __init__(self):\n        super().__init__('x')\n"
        "        self.repo = Repo()\n    def total(self): ...\n"
        "def view():\n    return current_app.total(), current_app.repo.size()\n"
    )
    assert targets(code, "current_app.total()") == {"App.total"}
    assert targets(code, "current_app.repo.size()") == {"Repo.size"}


def test_attributes_that_are_computed():
    code = (
        "class Admin:\n    def __getattr__(self, name):\n        return self.wrapped(name)\n"
        "    def wrapped(self, name):\n        def wrapper(): ...\n        return wrapper\n"
        "admin = Admin()\nadmin.ping()\n"
    )
    assert targets(code, "admin.ping()") == {"Admin.wrapped.wrapper"}
