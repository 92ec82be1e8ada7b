"""Which functions run where."""

import pytest
from inferring import facts_of, function_id, nodes, targets

SETTER = (
    "class C:\n    @property\n    def p(self): ...\n    @p.setter\n    def set(self, value): ...\n"
)
SERVICE = (
    "class Service:\n    def do_a(self): ...\n    def do_b(self): ...\n    def get(self): ...\n"
    "    def _own(self): ...\n    @property\n    def do_c(self):\n        return print\n"
)


@pytest.mark.parametrize(
    ("code", "expression", "form", "expected"),
    [
        ("def f(): ...\nf()", "f()", "call", {"f"}),
        ("def f(): ...\ng = f\ng()", "g()", "call", {"f"}),
        ("def f(): ...\n[f][0]()", "[f][0]()", "call", {"f"}),
        ("x = lambda: 1\nx()", "x()", "call", {"<lambda>"}),
        ("import functools\ndef f(a): ...\nfunctools.partial(f, 1)()",
         "functools.partial(f, 1)()", "call", {"f"}),
        ("class C:\n    def __init__(self): ...\nC()", "C()", "call", {"C.__init__"}),
        ("class C:\n    def __call__(self): ...\nC()()", "C()()", "call", {"C.__call__"}),
        (("class B:\n    def __init__(self): ...\nclass C(B):\n    def __init__(self):\n"
         "        super().__init__()"), "super().__init__()", "call", {"B.__init__"}),
        (("class A:\n    def m(self): ...\nclass B(A):\n    def m(self): ...\n"
         "class C(B):\n    def m(self):\n        super(B, self).m()"), "super(B, self).m()", "call",
         {"A.m"}),
        ("class C:\n    @property\n    def p(self): ...\nC().p", "C().p", "property", {"C.p"}),
        ("class C:\n    @staticmethod\n    def s(): ...\nC.s()", "C.s()", "call", {"C.s"}),
        ("class C:\n    def m(self): ...\nC.m(C())", "C.m(C())", "call", {"C.m"}),
        ("class C:\n    def m(self): ...\ngetattr(C(), 'm')()", "getattr(C(), 'm')()", "call",
         {"C.m"}),
        (SERVICE + "getattr(Service(), 'do_' + x)()", "getattr(Service(), 'do_' + x)()", "call",
         {"Service.do_a", "Service.do_b"}),
        (SERVICE + "getattr(Service, f'{x}_b')()", "getattr(Service, f'{x}_b')()", "call",
         {"Service.do_b"}),
        (SERVICE + "getattr(Service(), 'do_%s' % x)()", "getattr(Service(), 'do_%s' % x)()",
         "call", {"Service.do_a", "Service.do_b"}),
        (SERVICE + "getattr(Service(), '{}_a'.format(x))()",
         "getattr(Service(), '{}_a'.format(x))()", "call", {"Service.do_a"}),
        (SERVICE + "m = getattr(Service(), x)\nm()", "m()", "call",
         {"Service.do_a", "Service.do_b", "Service.get"}),
        (SERVICE + "getattr(Service(), request.method.lower())()",
         "getattr(Service(), request.method.lower())()", "call", {"Service.get"}),
        (SERVICE + "if m := getattr(Service(), x):\n    m()", "m()", "call",
         {"Service.do_a", "Service.do_b", "Service.get"}),
        (SERVICE + "import inspect\nfor _, m in inspect.getmembers(Service()):\n    m()", "m()",
         "call", {"Service.do_a", "Service.do_b", "Service.get"}),
        ("def do_a(): ...\ndef b(): ...\nglobals()['do_' + x]()", "globals()['do_' + x]()",
         "call", {"do_a"}),
        (("class Base:\n    def run(self, x):\n        return getattr(self, 'do_' + x)()\n"
          "class Late(Base):\n    def do_a(self): ...\nLate().run(x)"),
         "getattr(self, 'do_' + x)()", "call", {"Late.do_a"}),
        ("def a(): ...\ndef b(): ...\nd = {'a': a, 'b': b}\nd[x]()", "d[x]()", "call", {"a", "b"}),
        ("def a(): ...\ndef b(): ...\nf = a if x else b\nf()", "f()", "call", {"a", "b"}),
        (("class C:\n    def __enter__(self): ...\n    def __exit__(self, *a): ...\n"
         "with C():\n    pass"), "C()", "with", {"C.__enter__", "C.__exit__"}),
        ("import contextlib\n@contextlib.contextmanager\ndef f():\n    yield\nwith f():\n    pass",
         "f()", "with", {"f"}),
        ("def f():\n    yield\nfor x in f(): ...", "f()", "iterate", {"f"}),
        ("def f():\n    yield\n[x for x in f()]", "f()", "iterate", {"f"}),
        ("def f():\n    yield\nlist(f())", "f()", "iterate", {"f"}),
        ("def f():\n    yield\nnext(f())", "f()", "iterate", {"f"}),
        ("def f():\n    yield\n''.join(f())", "f()", "iterate", {"f"}),
        ("def f():\n    yield\nprint(*f())", "f()", "iterate", {"f"}),
        ("def f():\n    yield\ndef g():\n    yield from f()", "f()", "iterate", {"f"}),
        ("class C:\n    def __iter__(self): ...\nfor x in C(): ...", "C()", "iterate",
         {"C.__iter__"}),
        ("from werkzeug.local import LocalProxy\ndef load(): ...\ndb = LocalProxy(load)\ndb.x",
         "db.x", "property", {"load"}),
        (("from werkzeug.local import LocalProxy\ndef load(): ...\ndb = LocalProxy(load)\n"
          "with db: ..."), "db", "with", {"load"}),
        (f"{SETTER}c = C()\nc.p = 1", "c.p", "property", {"C.set"}),
        (f"{SETTER}C().p", "C().p", "property", {"C.p"}),
        (f"{SETTER}C(p=1, q=2)", "C(p=1, q=2)", "call", {"C.set"}),
        ("def f(a): ...\nsorted([], key=f)", "sorted([], key=f)", "callback", {"f"}),
        ("def f(a): ...\n[1].sort(key=f)", "[1].sort(key=f)", "callback", {"f"}),
        ("import lib\ndef f(a): ...\nlib.x.sort(key=f)", "lib.x.sort(key=f)", "callback", {"f"}),
        ("def f(a): ...\ndef g(x):\n    x.sort(key=f)", "x.sort(key=f)", "callback", {"f"}),
        ("max(x, key=lambda a: 1)", "max(x, key=lambda a: 1)", "callback", {"<lambda>"}),
        ("import re\ndef f(a): ...\nre.sub('x', f, 'y')", "re.sub('x', f, 'y')", "callback", {"f"}),
        ("def f(a): ...\nmap(f, x)", "map(f, x)", "iterate", {"f"}),
        ("class C:\n    def __init__(self, a): ...\nmap(C, x)", "map(C, x)", "iterate",
         {"C.__init__"}),
        ("class C:\n    def m(self): ...\nfilter(C().m, x)", "filter(C().m, x)", "iterate",
         {"C.m"}),
        (("from flask import Request, request\nclass C(Request):\n    @property\n"
          "    def p(self): ...\nrequest.p"), "request.p", "property", {"C.p"}),
        ("async def f(): ...\nasync def g():\n    await f()", "f()", "call", {"f"}),
    ],
)  # fmt: skip
def test_what_runs(code, expression, form, expected):
    assert targets(code, expression, form) == expected


@pytest.mark.parametrize(
    ("code", "expression", "form"),
    [
        ("def f():\n    yield\nf()", "f()", "call"),
        (
            "import contextlib\n@contextlib.contextmanager\ndef f():\n    yield\nx = f()",
            "f()",
            "with",
        ),
        ("def f(): ...\nprint(f)", "print(f)", "call"),
        ("class C:\n    p = 1\nC().p", "C().p", "property"),
        ("def f(a): ...\nprint(f)", "print(f)", "callback"),
        (
            "def f(a): ...\nclass C:\n    def sort(self, key): ...\nC().sort(key=f)",
            "C().sort(key=f)",
            "callback",
        ),
        ("class C: ...\nC()", "C()", "call"),
        ("print()", "print()", "call"),
    ],
)
def test_what_does_not_run(code, expression, form):
    assert targets(code, expression, form) == set()


def test_a_call_that_may_run_foreign_code_too():
    code = "import lib\ndef f(): ...\ng = f if lib.x else lib.f\ng()"
    (site,) = facts_of(code).calls
    assert site.external


def test_a_call_site_knows_its_caller():
    facts = facts_of("def f(): ...\ndef g():\n    f()\nf()")
    inner, outer = facts.callers[function_id(facts, "f")]
    assert inner.caller == function_id(facts, "g")
    assert outer.caller is None


def test_a_call_in_a_default_belongs_to_the_outside():
    facts = facts_of("def f(): ...\ndef g(x=f()): ...")
    (site,) = facts.calls
    assert site.caller is None


def test_recursion():
    facts = facts_of("def f():\n    return f()")
    assert targets("def f():\n    return f()", "f()") == {"f"}
    assert not facts.overflows


def test_call_sites_stand_in_the_order_of_the_source():
    facts = facts_of("def f(): ...\nf()\nf()\n[f(), f()]")
    places = [site.location for site in facts.calls]
    assert places == sorted(places)
    assert len(places) == len(nodes(facts, "f()"))
