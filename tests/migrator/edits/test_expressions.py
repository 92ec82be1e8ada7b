"""Replacing expressions and editing calls, with everything else left as it is."""

import pytest
from editing import block, edit, edited, file_of, span_of

from migrator.edits.apply import apply
from migrator.edits.edit import (
    AddKeyword,
    Await,
    CallThrough,
    MakeAsync,
    MakeListComprehension,
    RemoveKeyword,
    RenameKeyword,
    ReplaceExpression,
    Wrap,
)
from migrator.errors import EditConflict


def replaced(code, snippet, new, *parts):
    return edited(code, (snippet, ReplaceExpression(new, tuple(span_of(code, p) for p in parts))))


def test_a_name_is_replaced():
    assert replaced("app = Flask(__name__)", "Flask", "Quart") == "app = Quart(__name__)"


@pytest.mark.parametrize(
    ("code", "snippet", "new", "parts", "after"),
    [
        ("y = old(a, b)", "old(a, b)", "new({1}, {0})", ["a", "b"], "y = new(b, a)"),
        ("y = f(a or b)", "f(a or b)", "{0}.x", ["a or b"], "y = (a or b).x"),
        ("y = f(a or b)", "f(a or b)", "g({0})", ["a or b"], "y = g(a or b)"),
        ("y = f((a or b))", "f((a or b))", "g({0})", ["a or b"], "y = g(a or b)"),
        ("y = f(a or b).x", "f(a or b)", "{0}", ["a or b"], "y = (a or b).x"),
        ("y = f((1, 2))", "f((1, 2))", "g({0})", ["(1, 2)"], "y = g((1, 2))"),
        ("y = f((1, 2))", "f((1, 2))", "{0}.x", ["(1, 2)"], "y = (1, 2).x"),
        ("y = f({})", "f({})", "g({0}, {})", ["{}"], "y = g({}, {})"),
        ("y = a.b", "a.b", "x or y", [], "y = x or y"),
        ("y = a.b.c", "a.b", "x or y", [], "y = (x or y).c"),
        ("y = a.b.c", "a.b", "(x or y)", [], "y = (x or y).c"),
        ("y = (a.b).c", "a.b", "x or y", [], "y = (x or y).c"),
        ("y = g(z.b)", "z.b", "lambda: {0}", ["z.b"], "y = g(lambda: z.b)"),
        ("y = z.b.c", "z.b", "(lambda: {0})", ["z.b"], "y = (lambda: z.b).c"),
        ("y = f(\n a +\n b\n)", "f(\n a +\n b\n)", "{0}.x", ["a +\n b"], "y = (a +\n b).x"),
        ("y = f(\n a.\n b\n)", "f(\n a.\n b\n)", "{0}", ["a.\n b"], "y = (a.\n b)"),
        ("y = f'{a.b}'", "a.b", "lambda: 1", [], "y = f'{(lambda: 1)}'"),
        ("s = f(x for x in y)", "(x for x in y)", "x", [], "s = f(x)"),
    ],
)
def test_parts_get_the_parentheses_of_their_new_place(code, snippet, new, parts, after):
    assert replaced(code, snippet, new, *parts) == after


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("y = f'{a.b}'", "y = f'{g(\"x\")}'"),
        ("y = f'it\\'s' f'{a.b}'", "y = f'it\\'s' f'{g(\"x\")}'"),
        ("y = 'a' f\"{a.b}\"", "y = 'a' f\"{g('x')}\""),
        ("y = f'''{a.b}'''", "y = f'''{g('x')}'''"),
    ],
)
def test_code_in_an_f_string_avoids_its_quotes(code, after):
    assert replaced(code, "a.b", "g('x')") == after


def test_code_that_no_f_string_can_hold_is_a_conflict():
    with pytest.raises(EditConflict, match="both kinds of quotes"):
        replaced('f"{a.b}"', "a.b", "g('x', \"y\")")


def test_an_expression_on_several_lines_is_wrapped_as_black_would():
    code = block('''
        def f():
            user = db.execute(
                """SELECT
            *""",
                (name,),
            ).fetchone()
    ''')
    after = block('''
        def f():
            user = await offload(
                lambda: db.execute(
                    """SELECT
            *""",
                    (name,),
                ).fetchone()
            )
    ''')
    snippet = code[code.index("db.") :].rstrip()
    operation = ReplaceExpression("offload(lambda: {0})", (span_of(code, snippet),))
    assert edited(code, (snippet, operation), (snippet, Await())) == after


def test_a_part_is_edited_in_its_new_place():
    code = 'y = make(request.form, status=200)["a"]'
    replacement = ReplaceExpression("wrap({0}.x)", (span_of(code, "request.form"),))
    changes = [("make(request.form, status=200)", replacement), ("request.form", Await())]
    assert edited(code, *changes) == 'y = wrap((await request.form).x)["a"]'


def test_an_awaited_part_loses_the_parentheses_that_it_needs_no_more():
    code = "y = f(g(x).z)"
    replacement = ReplaceExpression("h({0})", (span_of(code, "g(x)"),))
    assert edited(code, ("f(g(x).z)", replacement), ("g(x)", Await())) == "y = h(await g(x))"


@pytest.mark.parametrize(
    ("code", "snippet", "wrap", "others", "after"),
    [
        ("f(a + b)", "a + b", "g({0})", [], "f(g(a + b))"),
        (
            "f(p.q())",
            "p.q()",
            "join(r, {0})",
            [CallThrough("h"), Await()],
            "f(join(r, await h(p.q)))",
        ),
        ("f(p.q())", "p.q()", "{0}.z", [Await()], "f((await p.q()).z)"),
    ],
)
def test_what_is_wrapped_is_edited_inside(code, snippet, wrap, others, after):
    changes = [(snippet, Wrap(wrap)), *((snippet, other) for other in others)]
    assert edited(code, *changes) == edited(code, *reversed(changes)) == after


def test_two_wraps_of_one_expression_are_a_conflict():
    with pytest.raises(EditConflict, match="wrap the same expression"):
        edited("f(x)", ("x", Wrap("g({0})")), ("x", Wrap("h({0})")))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(old=1)", "f(new=1)"),
        ("f(a, old = b(c), **k)", "f(a, new= b(c), **k)"),
        ("f(\n    a,\n    old=1,  # why\n)", "f(\n    a,\n    new=1,  # why\n)"),
    ],
)
def test_a_keyword_is_renamed(before, after):
    assert edited(before, (before, RenameKeyword("old", "new"))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(k=1)"),
        ("f(a)", "f(a, k=1)"),
        ("f(a,)", "f(a, k=1)"),
        ("f(a, k=2)", "f(a, k=2)"),
        ("f((a))", "f((a), k=1)"),
        ("f(x for x in y)", "f((x for x in y), k=1)"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    k=1,\n)"),
        ("f(\n    a,\n    b  # why\n)", "f(\n    a,\n    b,  # why\n    k=1\n)"),
        ("f(\n    a,  # why, then\n)", "f(\n    a,  # why, then\n    k=1,\n)"),
        ("f(a,\n  b)", "f(a,\n  b, k=1)"),
        ("(f)(a)", "(f)(a, k=1)"),
    ],
)
def test_a_keyword_is_added_in_the_style_of_the_call(before, after):
    assert edited(before, (before, AddKeyword("k", "1"))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(k=1)", "f()"),
        ("f(a, k=1)", "f(a)"),
        ("f(k=1, b=2)", "f(b=2)"),
        ("f(a, k=1, b=2)", "f(a, b=2)"),
        ("f(\n    a,\n    k=(1),\n)", "f(\n    a,\n)"),
        ("f(\n    k=1,\n    a=2,\n)", "f(\n    a=2,\n)"),
    ],
)
def test_a_keyword_is_removed(before, after):
    assert edited(before, (before, RemoveKeyword("k"))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "offload(f)"),
        ("f(a, *b, c=1)", "offload(f, a, *b, c=1)"),
        ("a.b(c)", "offload(a.b, c)"),
        ("f(x for x in y)", "offload(f, (x for x in y))"),
        ("f(\n    a,\n    b,  # b\n)", "offload(\n    f,\n    a,\n    b,  # b\n)"),
        ("f(\n    a, b\n)", "offload(\n    f, a, b\n)"),
    ],
)
def test_a_call_goes_through_a_function(before, after):
    assert edited(before, (before, CallThrough("offload"))) == after


def test_the_edits_of_one_call_compose():
    code = 'y = send_file(g(x), attachment_filename="a", as_attachment=True).z'
    call = code.removeprefix("y = ").removesuffix(".z")
    changes = [
        (call, Await()),
        (call, RemoveKeyword("as_attachment")),
        (call, RenameKeyword("attachment_filename", "name")),
        (call, AddKeyword("last", "1")),
        (call, CallThrough("offload")),
        ("g(x)", Await()),
    ]
    after = 'y = (await offload(send_file, await g(x), name="a", last=1)).z'
    assert edited(code, *changes) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"".join(f(x) for x in xs)', '"".join([await f(x) for x in xs])'),
        ('"".join((f(x) for x in xs))', '"".join([await f(x) for x in xs])'),
        ("y = (f(x) for x in xs)", "y = [await f(x) for x in xs]"),
    ],
)
def test_a_generator_with_await_becomes_a_list(before, after):
    generator = before[before.index("(f(x)") :].rstrip()
    generator = generator.removesuffix(")") if generator.endswith("))") else generator
    assert edited(before, (generator, MakeListComprehension()), ("f(x)", Await())) == after


def test_comprehensions_and_loops_become_asynchronous_by_what_they_run_over():
    code = block("""
        y = [a for (a, b) in stream() if a for c in b]
        for d in lines():
            pass
    """)
    after = code.replace("a for (a", "a async for (a").replace("for d", "async for d")
    assert edited(code, ("stream()", MakeAsync()), ("lines()", MakeAsync())) == after


@pytest.mark.parametrize(
    ("code", "snippet", "operation", "reason"),
    [
        ("f(a)", "f(a)", RenameKeyword("k", "l"), "no keyword 'k'"),
        ("f(a)", "f(a)", ReplaceExpression("if"), "no expression"),
        ("f(a)", "f(", Await(), "there is no expression"),
        ("f(a)", "a", RemoveKeyword("k"), "only a call has arguments"),
        ("f(a)", "a", MakeListComprehension(), "no generator"),
        ("f(a)", "a", MakeAsync(), "nothing here can be made asynchronous"),
    ],
)
def test_an_edit_that_does_not_fit_names_place_and_rule(code, snippet, operation, reason):
    with pytest.raises(EditConflict, match=reason) as caught:
        edited(code, (snippet, operation))
    assert str(caught.value).startswith("app.py:1: ")
    assert caught.value.rules == ("a-rule",)


def test_edits_that_contradict_each_other_name_both_rules():
    code = "\nf(a)"
    edits = [
        edit(code, "f", ReplaceExpression("g"), "one"),
        edit(code, "f", ReplaceExpression("h"), "other"),
    ]
    with pytest.raises(EditConflict) as caught:
        apply(file_of(code), edits)
    assert str(caught.value).startswith("app.py:2: edits would replace the same expression")
    assert caught.value.rules == ("one", "other")


def test_an_edit_inside_replaced_code_is_a_conflict():
    code = "f(a.b)"
    edits = [
        edit(code, "f(a.b)", ReplaceExpression("g()"), "one"),
        edit(code, "a.b", Await(), "other"),
    ]
    with pytest.raises(EditConflict, match="replaced text") as caught:
        apply(file_of(code), edits)
    assert set(caught.value.rules) == {"one", "other"}
