"""What the recorder sees of a project, whatever runs its tests, and what it leaves as it was."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from migrator.facts.evidence import Evidence, Ran
from migrator.trial.recording import read, recording

APP = """
    import flask
    from flask import Flask, request
    from flask import render_template_string as render

    app = Flask(__name__)


    def helper(given):
        return given.form["name"]


    @app.post("/")
    def index():
        return render("hi ") + helper(request)
"""
TESTS = """
    from app import app


    def test_index():
        assert app.test_client().post("/", data={"name": "you"}).data == b"hi you"
"""
UNITTEST = """
    import unittest
    from app import app


    class AppTest(unittest.TestCase):
        def test_index(self):
            answer = app.test_client().post("/", data={"name": "you"})
            self.assertEqual(answer.data, b"hi you")
"""
PLAIN = "from app import app; app.test_client().post('/', data={'name': 'you'})"
WORKER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {PLAIN!r}], check=True)"
FORK = f"import os; pid = os.fork() or exec({PLAIN!r}) or os._exit(0); os.waitpid(pid, 0)"
POST = "flask.testing.FlaskClient.post"


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def recorded(files, *arguments: str, path: str = "", status: int = 0) -> Evidence:
        root = tmp_path / "project"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            (root / name).write_text(textwrap.dedent(text))
        records = tmp_path / "records.jsonl"
        more = recording(root, files, records, original=None, path=path)
        ended = subprocess.run(
            [sys.executable, *arguments], cwd=root, env={**os.environ, **more}, check=False
        )
        assert ended.returncode == status
        assert not list(root.rglob("*.pyc"))
        return read(records).evidence

    return recorded


def members(evidence, path="app.py"):
    return {
        (place.line, what)
        for place, found in evidence.members.items()
        for what in found
        if place.path == path and what
    }


def callees(evidence, path="app.py"):
    return {
        (place.line, what)
        for place, found in evidence.callees.items()
        for what in found
        if place.path == path and what
    }


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


@pytest.mark.parametrize(
    ("tests", "arguments"),
    [
        (TESTS, PYTEST),
        (UNITTEST, ("-m", "unittest", "-q", "test_app")),
        ("", ("-c", PLAIN)),
        ("", ("-c", WORKER)),
        pytest.param("", ("-c", FORK), marks=pytest.mark.skipif(os.name == "nt", reason="no fork")),
    ],
    ids=["pytest", "unittest", "plain", "subprocess", "fork"],
)
def test_what_the_app_uses_is_seen(recorded, tests, arguments):
    seen = recorded({"app.py": APP, "test_app.py": tests}, *arguments)
    assert members(seen) == {(10, "flask.Request.form")}
    assert callees(seen) == {
        (15, "flask.render_template_string"),
        (15, Ran("app.py", 9, "helper")),
    }
    assert seen.callers[Ran("app.py", 9, "helper")] == {Ran("app.py", 13, "index")}
    assert "app.py" in seen.files


def test_an_assertion_that_pytest_rewrites_is_seen_where_it_stands(recorded):
    seen = recorded({"app.py": APP, "test_app.py": TESTS}, *PYTEST)
    assert members(seen, "test_app.py") == {(6, POST)}


def test_the_answer_of_a_test_client_is_no_response_of_the_app(recorded):
    seen = recorded({"app.py": APP, "test_app.py": TESTS}, *PYTEST)
    assert "flask.Response.data" not in {what for _, what in members(seen, "test_app.py")}


def test_what_mocks_and_unbound_proxies_tell_is_nothing(recorded):
    app = """
        from unittest import mock
        from flask import request
        from werkzeug.local import LocalProxy

        mock.Mock().form
        mock.Mock()()
        try:
            request.form
        except RuntimeError:
            pass

        asked = []
        try:
            LocalProxy(lambda: asked.append(1)).data
        except AttributeError:
            pass
        assert asked == [1]
    """
    seen = recorded({"app.py": app}, "-c", "import app")
    assert seen.members == {}
    assert {place.line for place in seen.callees} == {6, 7, 15}


def test_a_member_that_the_project_defines_is_its_own(recorded):
    app = """
        from flask import Flask, Request


        class Mine(Request):
            @property
            def json(self):
                return super().json


        class Other:
            data = "x"


        app = Flask(__name__)
        app.request_class = Mine
        with app.test_request_context(json=1) as context:
            context.request.json
            context.request.data
            Other().data
    """
    seen = recorded({"app.py": app}, "-c", "import app")
    assert members(seen) == {
        (8, "flask.Request.json"),
        (18, "app.py"),
        (19, "flask.Request.data"),
        (20, "app.py"),
    }


def test_programs_do_what_they_did(recorded):
    app = """
        from __future__ import annotations

        import dataclasses
        import typing


        class data:
            get = int


        def documented(x: data.get, *, y: data.get = data.get(1)) -> data.get:
            "says so"
            return locals()


        class Base:
            def name(self):
                return "base"


        class Derived(Base):
            value: data.get = data.get("2")

            def name(self):
                return super().name()


        def matched(value):
            match value:
                case data.get():
                    return "int"
                case _:
                    return [name for name in dir() if not name.startswith("_")]


        assert documented.__doc__ == "says so"
        assert typing.get_type_hints(documented) == {"x": int, "y": int, "return": int}
        assert documented(3) == {"x": 3, "y": 1}
        assert Derived().name() == "base"
        assert Derived.value == 2
        assert matched(1) == "int"
        assert matched("") == ["value"]
        namespace = {}
        exec(compile("def f(x: nothing): return x", "<text>", "exec"), namespace)
        assert namespace["f"].__annotations__ == {"x": "nothing"}
    """
    assert recorded({"app.py": app}, "-c", "import app").files == {"app.py"}


def test_future_statements_do_not_reach_what_others_compile(recorded):
    app = """
        namespace = {}
        exec(compile("def f(x: int): return x", "<text>", "exec"), namespace)
        assert namespace["f"].__annotations__ == {"x": int}
    """
    assert recorded({"app.py": app}, "-c", "import app").files == {"app.py"}


def test_decorated_functions_are_known_below_the_decorators_of_libraries(recorded):
    app = """
        import functools


        @functools.lru_cache
        def cached():
            return 1


        def own(function):
            @functools.wraps(function)
            def wrapper():
                return function()

            return wrapper


        @own
        def wrapped():
            return cached()


        wrapped()
    """
    seen = recorded({"app.py": app}, "-c", "import app")
    assert callees(seen) >= {
        (13, Ran("app.py", 18, "wrapped")),
        (20, Ran("app.py", 5, "cached")),
        (23, Ran("app.py", 11, "wrapper")),
    }


def test_the_sitecustomize_that_it_hides_runs_too(recorded, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text("import builtins; builtins.hidden = 'ran'")
    run = ("-c", "import app; assert hidden == 'ran'")
    assert recorded({"app.py": "x = 1"}, *run, path=str(tmp_path / "site")).files == {"app.py"}


def test_a_file_that_is_nested_too_deeply_runs_unwatched(recorded, tmp_path):
    app = f"total = {' + '.join(['1'] * 900)}\nassert total == 900\n"
    assert not recorded({"app.py": app}, "-c", "import app")
    assert read(tmp_path / "records.jsonl").unwatched == ("app.py",)


def test_lines_that_a_killed_process_left_torn_are_none(tmp_path):
    records = tmp_path / "records.jsonl"
    assert not read(records).evidence
    records.write_text('["file", "app.py"]\n["file", "ot')
    assert read(records).evidence.files == {"app.py"}


def test_the_recorder_needs_the_standard_library_alone():
    folder = Path(__file__).parents[3] / "migrator/trial/recorder"
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules)\n"
        "import flask_to_quart_recorder\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    ended = subprocess.run(
        [sys.executable, "-S", "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in ended.stdout.split()}
    assert loaded - sys.stdlib_module_names == {"flask_to_quart_recorder"}
