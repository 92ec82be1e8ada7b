"""When neighbouring statements can become one nested function, and what crosses its border."""

import ast

import pytest
from hand_made import facts_of

from migrator.coloring.bindings import bindings
from migrator.coloring.blocks import Block, as_block
from migrator.coloring.body import look_at


def block(source, first, last, *, tail=False):
    """The statements from *first* to *last* of function ``f``, as a block."""
    facts = facts_of(source)
    (function,) = (f for f in facts.program.functions.values() if f.name == "f")
    body = look_at(facts.program, function, (), (), pending=(), raising=())
    return as_block(body, function.node.body[first : last + 1], tail=tail)


def crossing(source, first, last):
    found = block(source, first, last)
    assert isinstance(found, Block), found
    return found.results, found.nonlocals


@pytest.mark.parametrize(
    ("statements", "results", "nonlocals"),
    [
        ("a = 1; use(a)", (), ()),
        ("a = 1; b = 2", ("a", "b"), ()),
        ("b = 2; a = 1", ("b", "a"), ()),
        ("for a in x: pass", (), ("a",)),
        ("c += 1", (), ("c",)),
        ("use(c); c = 1", (), ("c",)),
        ("c = c + 1", (), ("c",)),
        ("c = [c for c in x]", ("c",), ()),
        ("b = [c for c in x]", ("b",), ()),
        ("b = (lambda a: a)(1)", ("b",), ()),
        ("a, b = x", ("a", "b"), ()),
        ("import a", ("a",), ()),
        ("from x import y as a", ("a",), ()),
    ],
)
def test_names_that_are_read_later_cross_the_border(statements, results, nonlocals):
    source = f"def f(x, c):\n    a = b = 0\n    {statements}\n    use(a, b, c)\n"
    count = len(ast.parse(statements).body)
    read = set(results) | set(nonlocals)
    bound = {"a", "b", "c"} & set(bindings(ast.parse(statements).body).bound)
    assert read <= bound
    found = crossing(source, 1, count)
    if statements == "a = 1; use(a)":
        assert found == (("a",), ())
    else:
        assert found == (results, nonlocals)


@pytest.mark.parametrize(
    "rest",
    [
        "a = 2\n    use(a)",
        "if x:\n        a = 1\n        return a",
        "if x:\n        a = 1\n    else:\n        a = 2\n    use(a)",
        "for a in x:\n        use(a)",
    ],
)
def test_name_that_is_bound_again_before_each_read_stays_in_the_block(rest):
    assert crossing(f"def f(x):\n    a = x\n    use(a)\n    {rest}\n", 0, 1) == ((), ())


def test_name_that_only_the_block_binds_stays_in_it_though_it_may_be_unbound():
    source = "def f(x):\n    for b in x:\n        if b:\n            a = b\n        use(a)\n"
    assert crossing(f"{source}    return 1\n", 0, 0) == ((), ())


def test_a_look_at_all_local_names_reads_them():
    source = "def f(x):\n    a = x\n    b = a\n    return render(**locals())\n"
    assert crossing(source, 0, 1) == (("a", "b"), ())


def test_name_that_is_read_in_the_block_only_stays_in_it():
    assert crossing("def f(x):\n    a = x\n    use(a)\n    use(x)\n", 0, 1) == ((), ())


def test_name_bound_on_every_path_is_a_result_and_on_one_path_nonlocal():
    both = "def f(x):\n    a = 0\n    if x:\n        a = 1\n    else:\n        a = 2\n    use(a)\n"
    one = "def f(x):\n    a = 0\n    if x:\n        a = 1\n    use(a)\n"
    assert crossing(both, 1, 1) == (("a",), ())
    assert crossing(one, 1, 1) == ((), ("a",))


def test_path_that_leaves_binds_nothing():
    source = "def f(x):\n    if x:\n        a = 1\n    else:\n        raise E\n    use(a)\n"
    assert crossing(source, 0, 0) == (("a",), ())


def test_name_that_a_handler_reads_is_nonlocal():
    source = (
        "def f(x):\n    a = 0\n    try:\n        a = x()\n        b = a\n"
        "    except E:\n        use(a)\n"
    )
    facts = facts_of(source)
    (function,) = facts.program.functions.values()
    body = look_at(facts.program, function, (), (), pending=(), raising=())
    found = as_block(body, function.node.body[1].body)
    assert (found.results, found.nonlocals) == ((), ("a",))


def test_name_that_a_function_inside_reads_crosses_the_border():
    source = "def f(x):\n    a = x\n    def g():\n        return a\n    return g\n"
    assert crossing(source, 0, 0) == (("a",), ())


def test_name_that_the_next_round_of_a_loop_reads_crosses_the_border():
    source = "def f(x):\n    a = 0\n    for i in x:\n        use(a)\n        a = i\n"
    facts = facts_of(source)
    (function,) = facts.program.functions.values()
    body = look_at(facts.program, function, (), (), pending=(), raising=())
    found = as_block(body, function.node.body[1].body[1:])
    assert (found.results, found.nonlocals) == (("a",), ())


def test_block_that_always_leaves_returns():
    found = block("def f(x):\n    use(x)\n    return x\n", 0, 1)
    assert found.returns
    assert found.results == ()


def test_block_that_always_raises_does_not_return():
    assert not block("def f(x):\n    use(x)\n    raise E\n", 0, 1).returns


def test_tail_may_return_anywhere():
    source = "def f(x):\n    if x:\n        return 1\n    use(x)\n"
    assert not isinstance(block(source, 0, 1), Block)
    assert block(source, 0, 1, tail=True).returns


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        ("await x", "an await or a yield"),
        ("yield x", "an await or a yield"),
        ("if x: return", "an early return"),
        ("super().f()", "a call that needs its own frame"),
        ("use(locals())", "a call that needs its own frame"),
        ("global n; n = 1", "a global name"),
        ("if x: z = 1", "`z` may stay unbound"),
    ],
)
def test_what_cannot_be_a_nested_function(statements, why):
    keyword = "async def" if "await" in statements else "def"
    source = f"{keyword} f(x):\n    {statements}\n    use(z)\n".replace("; ", "\n    ")
    found = block(source, 0, len(ast.parse(statements).body) - 1)
    assert found.text.startswith(why)


@pytest.mark.parametrize("jump", ["break", "continue"])
def test_jump_out_of_a_loop_around_is_in_the_way_and_inside_is_not(jump):
    source = f"def f(x):\n    for i in x:\n        if i: {jump}\n"
    facts = facts_of(source)
    (function,) = facts.program.functions.values()
    body = look_at(facts.program, function, (), (), pending=(), raising=())
    (loop,) = function.node.body
    assert isinstance(as_block(body, [loop]), Block)
    assert "jump" in as_block(body, loop.body).text


def test_body_of_a_function_inside_is_not_looked_at():
    assert isinstance(block("def f(x):\n    def g():\n        yield x\n    g()\n", 0, 1), Block)
