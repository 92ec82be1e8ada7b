"""``Await`` puts parentheses where Python's grammar asks for them, and nowhere else."""

import ast
import sys

import pytest
from editing import edited

from migrator.edits.edit import Await, ReplaceExpression


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(x)", "await f(x)"),
        ("y = f(x)", "y = await f(x)"),
        ("return_value = [f(x)]", "return_value = [await f(x)]"),
        ('f(x)["title"]', '(await f(x))["title"]'),
        ("f(x).y", "(await f(x)).y"),
        ("f(x)(1)", "(await f(x))(1)"),
        ("not f(x)", "not await f(x)"),
        ("-f(x)", "-await f(x)"),
        ("f(x) ** 2", "(await f(x)) ** 2"),
        ("2 ** f(x)", "2 ** await f(x)"),
        ("a + f(x) * b", "a + await f(x) * b"),
        ("a == f(x)", "a == await f(x)"),
        ("a or f(x)", "a or await f(x)"),
        ("g(f(x), *h)", "g(await f(x), *h)"),
        ("g(*f(x))", "g(*await f(x))"),
        ("g(**f(x))", "g(**await f(x))"),
        ("g(k=f(x))", "g(k=await f(x))"),
        ("d[f(x)]", "d[await f(x)]"),
        ("(f(x))", "(await f(x))"),
        ("(f(x)).y", "(await f(x)).y"),
        ("( # why (not)\n f(x)\n).y", "( # why (not)\n await f(x)\n).y"),
        ("g((f(x)))", "g((await f(x)))"),
        ("a if f(x) else b", "a if await f(x) else b"),
        ("(yield f(x))", "(yield await f(x))"),
        ("{**f(x)}", "{**await f(x)}"),
        ("z = f(x),", "z = await f(x),"),
        ("(y := f(x))", "(y := await f(x))"),
        ("lambda: f(x)", "lambda: await f(x)"),
        ("(2 ** f(x))", "(2 ** await f(x))"),
        ("(1 + f(x)).y", "(1 + await f(x)).y"),
    ],
)
def test_parentheses_stand_exactly_where_they_are_due(before, after):
    assert edited(before, ("f(x)", Await())) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = f'{f(x)}'", "y = f'{await f(x)}'"),
        ("y = f'{f(x)!r:>10}'", "y = f'{await f(x)!r:>10}'"),
        ("y = f'{f(x).y} and more'", "y = f'{(await f(x)).y} and more'"),
        ("y = f'{f(x)[0]:{w}}'", "y = f'{(await f(x))[0]:{w}}'"),
        ("y = f'''\n  {f(x)}\n'''", "y = f'''\n  {await f(x)}\n'''"),
        ("y = 'a' f'{f(x)}'", "y = 'a' f'{await f(x)}'"),
        ("y = f'é {f(x)}'", "y = f'é {await f(x)}'"),
        ("y = f'{ f(x) }'", "y = f'{ await f(x) }'"),
    ],
)
def test_inside_f_strings(before, after):
    assert edited(before, ("f(x)", Await())) == after


@pytest.mark.parametrize(
    ("operand", "after"),
    [
        ("a or b", "y = await (a or b)"),
        ("a if b else c", "y = await (a if b else c)"),
        ("f().g[0]", "y = await f().g[0]"),
    ],
)
def test_the_operand_gets_parentheses_if_it_binds_loosely(operand, after):
    assert edited(f"y = {operand}", (operand, Await())) == after


def test_the_operand_keeps_the_parentheses_around_both():
    assert edited("y = (a or b).c", ("a or b", Await())) == "y = (await (a or b)).c"


def test_what_is_awaited_already_stays():
    code = "async def f():\n    await g()\n"
    assert edited(code, ("g()", Await())) == code


def test_an_awaited_operand_of_an_awaited_call():
    code = 'title = request.form["title"].strip()'
    after = 'title = await (await request.form)["title"].strip()'
    changes = [("request.form", Await()), ('request.form["title"].strip()', Await())]
    assert edited(code, *changes) == after


def test_await_follows_a_replacement_of_the_same_expression():
    changes = [("old(x)", Await()), ("old(x)", ReplaceExpression("new(x)"))]
    assert edited("y = old(x).z", *changes) == "y = (await new(x)).z"


def test_a_call_over_lines_keeps_its_lines():
    code = "page = render_template(\n    'a.html',  # the page\n    form=form,\n)\n"
    snippet = code.removeprefix("page = ").rstrip()
    assert edited(code, (snippet, Await())) == code.replace("= render", "= await render")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="quotes nest in f-strings since 3.12")
def test_nested_quotes_in_f_strings():
    assert edited('f"{f("x")}"', ('f("x")', Await())) == 'f"{await f("x")}"'


@pytest.mark.parametrize("context", ["f(x).a", "f(x)[0]", "-f(x)", "f(x) ** 2", "g(f(x))"])
def test_the_result_awaits_the_call_and_nothing_else(context):
    tree = ast.parse(edited(context, ("f(x)", Await())))
    (found,) = [node for node in ast.walk(tree) if isinstance(node, ast.Await)]
    assert ast.unparse(found.value) == "f(x)"
