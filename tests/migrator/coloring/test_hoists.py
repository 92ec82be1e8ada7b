"""Reads of the request's body that are awaited before the write that uses them."""

import ast
import textwrap

import pytest
from hand_made import facts_of

from migrator.coloring.body import look_at
from migrator.coloring.demand import Early
from migrator.coloring.hoists import hoists

EARLY = {
    "request.form": Early.YES,
    "request.json": Early.IF_REACHED,
    "request.get_json(force=True)": Early.IF_REACHED,
    "request.get_data(cache=size)": Early.YES,
    "render()": Early.NO,
}


def hoisted(body, first=0):
    """What is awaited before the statements of *body* from the *first* on, with how often."""
    facts = facts_of("def f(request, x):\n" + textwrap.indent(body, "    "))
    (function,) = facts.program.functions.values()
    found = {
        node: EARLY[ast.unparse(node)]
        for node in ast.walk(function.node)
        if isinstance(node, ast.expr) and ast.unparse(node) in EARLY
    }
    aborts = {
        node
        for node in ast.walk(function.node)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "abort"
    }
    seen = look_at(facts.program, function, (), found, pending=(), raising=aborts, early=found)
    statements = function.node.body[first:]
    return [(it.name, it.code, len(it.nodes)) for it in hoists(seen, statements)]


def test_one_expression_is_awaited_once():
    body = "save(request.form['a'])\nif x:\n    save(request.form['b'])\n"
    assert hoisted(body) == [("form", "request.form", 2)]


@pytest.mark.parametrize(
    "body",
    [
        "save(request.json)\n",
        "for row in request.json:\n    save(row)\n",
        "if request.json:\n    save()\n",
        "x = request.json and x\n",
        "x = [row for row in request.json]\n",
    ],
)
def test_what_may_raise_is_awaited_before_where_it_is_reached_in_any_case(body):
    assert hoisted(body) == [("data", "request.json", 1)]


@pytest.mark.parametrize(
    "body",
    [
        "if x:\n    save(request.json)\n",
        "x = x and request.json\n",
        "x = request.json if x else 1\n",
        "try:\n    save(request.json)\nexcept ValueError:\n    pass\n",
        "for row in x:\n    save(request.json)\n",
        "x = [request.json for row in x]\n",
        "if x:\n    return\nsave(request.json)\n",
        "if x:\n    abort(400)\nsave(request.json)\n",
    ],
)
def test_what_may_raise_stays_where_it_may_not_be_reached(body):
    assert hoisted(body) == []


def test_a_call_with_literal_arguments_only_is_awaited_before():
    body = "save(request.get_json(force=True))\nsave(request.get_data(cache=size))\n"
    assert hoisted(body) == [("data", "request.get_json(force=True)", 1)]


def test_nothing_is_awaited_before_the_name_is_bound():
    assert hoisted("request = x.request\nsave(request.form)\n") == []


def test_what_only_runs_once_stays():
    assert hoisted("save(render())\n") == []


@pytest.mark.parametrize(
    ("before", "known"), [("x = request.json", True), ("if x:\n    request.json", False)]
)
def test_what_was_read_before_does_not_raise_again(before, known):
    assert bool(hoisted(f"{before}\nif x:\n    save(request.json)\n", first=1)) == known
