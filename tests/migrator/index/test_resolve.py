"""Which module an import means."""

import ast

import pytest

from migrator.index.build import index
from migrator.index.hierarchy import linearize, override_groups
from migrator.index.resolve import ModuleFinder, place_of
from migrator.source.files import decode


def resolved(paths, importer, statement):
    files = dict.fromkeys(paths, "") | {importer: statement}
    program = index([decode(path, text.encode()) for path, text in files.items()])
    finder = ModuleFinder(program.modules.values())
    module = next(m for m in program.modules.values() if m.file.path == importer)
    (node,) = module.tree.body
    if isinstance(node, ast.ImportFrom):
        place = finder.imported_from(node, module)
    else:
        place = finder.absolute(node.names[0].name, module)
    return place if place is not None and finder.exists(place) else None


@pytest.mark.parametrize(
    ("paths", "importer", "statement", "place"),
    [
        (["pkg/__init__.py", "pkg/a.py"], "use.py", "import pkg.a", "pkg/a"),
        (["pkg/__init__.py", "pkg/a.py"], "use.py", "from pkg.a import x", "pkg/a"),
        (["pkg/__init__.py", "pkg/a.py"], "pkg/use.py", "from .a import x", "pkg/a"),
        (["pkg/__init__.py", "pkg/a.py"], "pkg/use.py", "from . import a", "pkg"),
        (["pkg/__init__.py", "pkg/a.py"], "pkg/use.py", "from pkg import a", "pkg"),
        (["pkg/__init__.py", "pkg/a.py"], "pkg/use.py", "import a", None),
        (["pkg/__init__.py", "pkg/s/__init__.py", "pkg/a.py"], "pkg/s/use.py",
         "from ..a import x", "pkg/a"),
        (["a.py"], "use.py", "from ..a import x", None),
        (["src/pkg/__init__.py"], "tests/test_a.py", "import pkg", "src/pkg"),
        (["ns/a.py"], "use.py", "import ns.a", "ns/a"),
        (["ns/a.py"], "ns/use.py", "import a", "ns/a"),
        (["a/app.py", "b/app.py"], "b/use.py", "import app", "b/app"),
        (["a/app.py"], "b/use.py", "import app", None),
        (["pkg/__init__.py", "pkg/flask.py"], "pkg/use.py", "import flask", None),
        (["flask.py"], "pkg/use.py", "import flask", None),
        (["flask.py"], "use.py", "import flask", "flask"),
        (["pkg/__init__.py", "pkg/flask.py"], "pkg/use.py", "from .flask import x", "pkg/flask"),
        (["use.py"], "os.py", "import os", None),
        (["pkg/a.py"], "pkg/__init__.py", "from pkg.a import x", "pkg/a"),
        (["pkg/a.py"], "pkg/__init__.py", "from pkg import a", "pkg"),
        (["src/pkg/a.py"], "src/pkg/__init__.py", "import pkg.a", "src/pkg/a"),
        (["flask/a.py"], "flask/__init__.py", "from flask import Flask", None),
        (["__init__.py", "db.py"], "use.py", "from mine.db import x", "db"),
        (["__init__.py"], "use.py", "import os", None),
        (["services/shop/__init__.py", "services/shop/a.py"], "tests/test_a.py",
         "from shop.a import x", "services/shop/a"),
        (["x/shop/__init__.py", "y/shop/__init__.py"], "use.py", "import shop", None),
        (["pkg/__init__.py", "pkg/shop/__init__.py"], "use.py", "import shop", None),
        (["x/json/__init__.py"], "use.py", "import json", None),
    ],
)  # fmt: skip
def test_places(paths, importer, statement, place):
    assert resolved(paths, importer, statement) == place


def test_the_place_of_a_package():
    assert [place_of(p) for p in ("a.py", "a/__init__.py", "__init__.py")] == ["a", "a", ""]


def order(bases, start):
    return "".join(linearize(start, lambda cls: bases.get(cls, ())))


@pytest.mark.parametrize(
    ("bases", "start", "expected"),
    [
        ({}, "A", "A"),
        ({"B": "A"}, "B", "BA"),
        ({"D": "BC", "B": "A", "C": "A"}, "D", "DBCA"),
        ({"D": "BC"}, "D", "DBC"),
        ({"A": "B", "B": "A"}, "A", "AB"),
        ({"A": "A"}, "A", "A"),
    ],
)
def test_the_order_of_search_is_pythons(bases, start, expected):
    assert order(bases, start) == expected


def test_siblings_that_override_one_method_belong_together():
    ancestors = {"A": "A", "B": "BA", "C": "CA"}
    methods = {"A": {"f": 1}, "B": {"f": 2}, "C": {"f": 3, "g": 4}}
    group = frozenset({1, 2, 3})
    assert override_groups(ancestors, methods) == {1: group, 2: group, 3: group}
