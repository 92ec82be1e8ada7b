"""The index: functions and their names, who owns a node, what a scope binds."""

import ast

import pytest

from migrator.errors import UnreadableSource
from migrator.index.build import index, is_test_file, module_name
from migrator.source.files import decode

CODE = """\
import os as o, a.b
from x import *
from y import z as w

class A:
    field = 1

    @property
    def method(self, first, /, second=lambda: 1, *rest, key, **named):
        def inner():
            yield [i for i in self if (j := i)]
        return lambda: inner

    class B:
        async def method(self): ...

def é(): ...
"""


def program(code=CODE, path="pkg/mod.py"):
    return index([decode(path, code.encode())])


def test_functions_by_their_qualified_name():
    names = [function.id.name for function in program().functions.values()]
    assert names == [
        "A.method", "A.<lambda>", "A.method.inner", "A.method.<lambda>", "A.B.method", "é",
    ]  # fmt: skip


def test_the_place_of_a_function_is_that_of_def():
    method = next(f for f in program().functions.values() if f.id.name == "A.method")
    assert (method.id.line, method.id.column) == (9, 4)
    assert method.span.line == 9
    assert method.span.end_line == 12


def test_what_a_function_is():
    found = {f.id.name: f for f in program().functions.values()}
    method, inner = found["A.method"], found["A.method.inner"]
    assert method.parameters == ("self", "first", "second", "rest", "key", "named")
    assert method.owner is not None
    assert method.owner.name == "A"
    assert inner.parent == method.id
    assert inner.owner is None
    assert inner.is_generator
    assert not method.is_generator
    assert found["A.B.method"].is_async
    assert found["A.B.method"].name == "method"


def test_lambdas_of_one_line_are_told_apart():
    assert len(program("f = lambda: 1, lambda: 2\n").functions) == 2


def test_classes():
    assert [cls.name for cls in program().classes] == ["A", "A.B"]


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        ("def f():\n    here", "f"),
        ("def f(x=here): ...", None),
        ("def f(x: here): ...", None),
        ("def f() -> here: ...", None),
        ("@here\ndef f(): ...", None),
        ("lambda: here", "<lambda>"),
        ("lambda x=here: 1", None),
        ("class C:\n    here", None),
        ("class C(here): ...", None),
        ("class C:\n    def f(self):\n        here", "C.f"),
        ("def f():\n    class C:\n        here", None),
        ("def f():\n    class C(here): ...", "f"),
        ("def f():\n    @here\n    def g(): ...", "f"),
        ("def f():\n    def g(x=here): ...", "f"),
        ("def f():\n    return [x for x in y if here]", "f"),
        ("def f():\n    def g():\n        here", "f.g"),
        ("here", None),
    ],
)
def test_who_runs_a_node(code, owner):
    found = program(code)
    (node,) = [
        node
        for node in ast.walk(found.modules["pkg.mod"].tree)
        if isinstance(node, ast.Name) and node.id == "here"
    ]
    function = found.owner[node]
    assert (function.name if function else None) == owner
    assert found.module_of[node] == "pkg.mod"


def test_every_node_has_a_parent():
    found = program()
    tree = found.modules["pkg.mod"].tree
    shared = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, shared):
                assert found.parent[child] is node


@pytest.mark.parametrize(
    ("code", "bound"),
    [
        ("x = 1", {"x"}),
        ("x, (y, *z) = 1", {"x", "y", "z"}),
        ("x.y = z[0] = 1", set()),
        ("import a.b, c as d", {"a", "d"}),
        ("from a import b, c as d", {"b", "d"}),
        ("from a import *", set()),
        ("def f(): x = 1", {"f"}),
        ("class C: x = 1", {"C"}),
        ("for x in y: ...", {"x"}),
        ("with a as x: ...", {"x"}),
        ("try: ...\nexcept E as x: ...", {"x"}),
        ("match a:\n    case [x, *y, {'k': z, **r}] as w: ...", {"x", "y", "z", "r", "w"}),
        ("(x := 1)", {"x"}),
        ("[x for x in y]", set()),
        ("[(z := x) for x in y]", {"z"}),
        ("del x", {"x"}),
        ("x: int", {"x"}),
        ("x += 1", {"x"}),
        ("lambda x: 1", set()),
    ],
)
def test_what_a_module_binds(code, bound):
    found = program(code)
    assert found.scopes[found.modules["pkg.mod"].tree].bound == bound


def test_what_a_function_binds():
    code = "def f(a, *b, c, **d):\n    global g\n    nonlocal_ = g = 1\n    [i for i in a]\n"
    found = program(code)
    (node,) = found.function_ids
    scope = found.scopes[node]
    assert scope.bound == {"a", "b", "c", "d", "nonlocal_"}
    assert scope.global_names == {"g"}
    assert scope.inner == {"i"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("app.py", "app"),
        ("pkg/__init__.py", "pkg"),
        ("pkg/sub/mod.py", "pkg.sub.mod"),
        ("src/pkg/mod.py", "pkg.mod"),
        ("tests/test_app.py", "tests.test_app"),
    ],
)
def test_names_of_modules(path, name):
    assert module_name(path) == name


def test_two_modules_of_one_name_are_both_kept():
    found = index([decode("src/app.py", b""), decode("app.py", b"")])
    assert sorted(module.file.path for module in found.modules.values()) == ["app.py", "src/app.py"]


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("test_app.py", "", True),
        ("app_test.py", "", True),
        ("conftest.py", "", True),
        ("tests/helpers.py", "", True),
        ("pkg/tests/deep/helpers.py", "", True),
        ("tests.py", "", True),
        ("support.py", "import unittest\nclass C(unittest.TestCase): ...", True),
        ("support.py", "from unittest import TestCase\nclass C(TestCase): ...", True),
        ("app.py", "", False),
        ("testimonials.py", "", False),
        ("pkg/contest.py", "", False),
        ("attestation/app.py", "class TestCase: ...", False),
    ],
)
def test_what_belongs_to_the_tests(path, code, expected):
    assert is_test_file(path, ast.parse(code)) is expected


def test_code_that_is_no_python_is_refused():
    with pytest.raises(UnreadableSource, match=r"b\.py:1:"):
        index([decode("a.py", b"x = 1\n"), decode("b.py", b"def\n")])
