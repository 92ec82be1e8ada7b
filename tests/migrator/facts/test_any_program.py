"""Any Python program goes through the inference, and comes out the same every time."""

import json
import logging
import sysconfig
from pathlib import Path

import pytest
from inferring import facts_of

from migrator.facts.infer import infer
from migrator.index.build import index
from migrator.source.files import discover, read

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
OWN_CODE = Path(__file__).parents[3] / "migrator"
EXAMPLE = Path(__file__).parents[3] / "examples" / "bookshop"


def program(root, paths=None):
    return index([read(root, path) for path in paths or discover(root)])


@pytest.mark.parametrize(
    "path",
    ["ast.py", "contextlib.py", "dataclasses.py", "enum.py", "functools.py", "typing.py",
     "collections/__init__.py", "concurrent/futures/thread.py", "xml/dom/pulldom.py"],
)  # fmt: skip
def test_modules_of_the_standard_library(path):
    infer(program(STANDARD_LIBRARY, [path]))


@pytest.mark.parametrize("package", [json, logging])
def test_packages_of_the_standard_library(package):
    infer(program(Path(package.__file__).parent))


def test_our_own_code():
    infer(program(OWN_CODE))


def told(facts):
    """Everything that the facts say, as text in a fixed order."""
    said = [
        f"{key} {use.location} {use.certain}"
        for uses in (facts.members, facts.names, facts.stores)
        for key, places in uses.items()
        for use in places
    ]
    said += [f"{site.location} {site.form} {site.targets} {site.external}" for site in facts.calls]
    said += [f"{name} {entries}" for name, entries in facts.entry_points.items()]
    said += [f"{name} {sorted(bases)}" for name, bases in facts.bases.items()]
    return sorted(said)


def test_the_facts_are_the_same_every_time():
    assert told(infer(program(EXAMPLE))) == told(infer(program(EXAMPLE)))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "x",
        "x = x",
        "def f(): return f\nf()()()()",
        "class C(C): ...",
        "class A(B): ...\nclass B(A): ...\nA().x",
        "x = []\nx.append(x)\nx[0][0][0]",
        "x = {}\nx['x'] = x\nx['x']['x']",
        "def f(*a, **k): return f(*a, **k)\nf(f, f=f)",
        "def d(g): return d\n@d\n@d\ndef f(): ...",
        "while x:\n    x = x.next",
        "import lib\nx = lib.f\nfor i in x:\n    x = x.a().b()[0]",
        "from . import x\nfrom .. import y\nfrom ... import z",
        "from a import *\nfrom .a import *",
        "def f(a, b=1, /, c=2, *d, e, f=3, **g): ...\nf(*x, **y)",
        "lambda: (yield)",
        "async def f():\n    async with a as b:\n        async for c in d:\n            await e",
        "try: ...\nexcept* E as e: e\nelse: ...\nfinally: ...",
        "match x:\n    case C(a=1) | [1, *_] | {'k': v, **r} if v: v",
        "def f():\n    return\n    x = 1\n    x",
        "global x\nx = 1",
        "super().x",
        "def f(): super().x",
        "getattr()\nsetattr(1)\nfunctools.partial()\nmap()\nzip()\nnext()",
        "x: 'not python ('",
        "x: 'a' * 2",
        "del x, x.y, x[0]",
        "(x := (y := 1))",
        "class C:\n    x = [y for y in z]\n    def f(self): return __class__",
        "class C:\n    f = property()\n    g = staticmethod(1)\n    h = classmethod(C)",
    ],
)
def test_odd_programs(code):
    facts_of(code)


def test_long_chains_end():
    facts_of("import lib\nx = lib" + ".a().b" * 300)


def test_a_long_sum():
    facts_of("x = " + " + ".join(["'a'"] * 900))


def test_many_branches():
    code = "def f(x):\n    if x == 0: ...\n"
    facts_of(code + "".join(f"    elif x == {n}: ...\n" for n in range(600)))


def test_code_nested_too_deeply_is_told_and_the_rest_still_known():
    deep = "x = " + "not " * 1500 + "1"
    app = "from flask import Flask\napp = Flask('a')\napp.run()"
    facts = facts_of({"app.py": app, "deep.py": deep})
    assert [overflow.location.path for overflow in facts.overflows] == ["deep.py"]
    assert {str(member) for member in facts.members} == {"app.run"}


def test_a_slot_that_gets_too_much_is_told():
    many = "".join(f"def f{n}(): ...\n" for n in range(60))
    listed = ", ".join(f"f{n}" for n in range(60))
    facts = facts_of(f"{many}def g(x):\n    x()\nfor each in [{listed}]:\n    g(each)\n")
    assert facts.overflows


def test_many_subclasses_become_an_instance_of_their_base():
    code = "class B:\n    def f(self): ...\n"
    code += "".join(f"class C{n}(B):\n    def f(self): ...\n" for n in range(20))
    code += "def g(x):\n    x.f()\n" + "".join(f"g(C{n}())\n" for n in range(20))
    facts = facts_of(code)
    assert not facts.overflows
    assert max(len(site.targets) for site in facts.calls) == 21
