"""Statements: async forms, decorators, insertion, replacement, removal."""

import pytest
from editing import block, edit, edited, file_of, span_of

from migrator.edits.apply import apply
from migrator.edits.edit import (
    AddDecorator,
    AddParameters,
    Await,
    InsertAfter,
    InsertBefore,
    MakeAsync,
    RemoveParameter,
    RenameFunction,
    ReplaceExpression,
    ReplaceStatement,
)
from migrator.errors import EditConflict


def function(code, name="view"):
    """The text of the function statement, from ``def`` to its end."""
    start = code.index(f"def {name}")
    return code[start:].rstrip()


def test_a_function_becomes_async_below_its_decorators():
    code = block("""
        @app.route("/")  # the start
        @other
        def view():  # here
            return f(x)
    """)
    changes = [(function(code), MakeAsync()), ("f(x)", Await())]
    after = code.replace("def view", "async def view").replace("f(x)", "await f(x)")
    assert edited(code, *changes) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def view(ws): pass\n", "async def view(): pass\n"),
        ("def view( ws , ): pass\n", "async def view(  ): pass\n"),
        ("def view(ws: Server, name='x'): pass\n", "async def view(name='x'): pass\n"),
    ],
)
def test_the_first_parameter_goes(before, after):
    changes = [(before.rstrip(), RemoveParameter()), (before.rstrip(), MakeAsync())]
    assert edited(before, *changes) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def view(): pass\n", "async def view(sid, environ): pass\n"),
        ("def  view( data ): pass\n", "async def  view(sid, environ,  data ): pass\n"),
        ("def view(*all): pass\n", "async def view(sid, environ, *all): pass\n"),
        ("def view(\n    data,\n): pass\n", "async def view(sid, environ, \n    data,\n): pass\n"),
    ],
)
def test_parameters_come_first(before, after):
    changes = [(before.rstrip(), AddParameters("sid, environ")), (before.rstrip(), MakeAsync())]
    assert edited(before, *changes) == after


def test_without_a_parameter_there_is_none_to_remove():
    with pytest.raises(EditConflict, match="no first parameter"):
        edited("def view(): pass\n", ("def view(): pass", RemoveParameter()))


@pytest.mark.parametrize("indent", ["", "    "])
def test_a_function_is_renamed_where_it_is_defined(indent):
    head = "class A:\n" if indent else ""
    before = f"{head}{indent}@setUp\n{indent}def setUp(self):  # setUp\n{indent}    self.setUp()\n"
    snippet = function(before, "setUp")
    changes = [(snippet, RenameFunction("asyncSetUp")), (snippet, MakeAsync())]
    assert edited(before, *changes) == before.replace("def setUp", "async def asyncSetUp")


def test_only_a_function_is_renamed():
    with pytest.raises(EditConflict, match="no name of a function"):
        edited("class A: pass\n", ("class A: pass", RenameFunction("B")))


def test_a_decorator_is_added_innermost_once():
    code = block("""
        class A:
            @outer
            def view(self):
                pass
    """)
    snippet = function(code)
    changes = [(snippet, AddDecorator("as_sync")), (snippet, MakeAsync())]
    after = code.replace("    def view", "    @as_sync\n    async def view")
    assert edited(code, *changes) == after
    assert edited(code, (snippet, AddDecorator("outer"))) == code


def test_with_and_for_statements_become_async():
    code = block("""
        with a as b, c:
            for d in e:
                pass
    """)
    loop = code[code.index("for") :].rstrip()
    after = code.replace("with", "async with").replace("for", "async for")
    assert edited(code, (code.rstrip(), MakeAsync()), (loop, MakeAsync())) == after


def test_one_item_of_a_with_becomes_async_by_splitting():
    code = block('''
        def f():
            with open("a") as a, app.test_request_context() as b, c:  # all
                use("""text
            more""")

                use(b)
            return a
    ''')
    after = block('''
        def f():
            with open("a") as a:
                async with app.test_request_context() as b:
                    with c:  # all
                        use("""text
            more""")

                        use(b)
            return a
    ''')
    assert edited(code, ("app.test_request_context()", MakeAsync())) == after


def test_all_items_of_a_with_need_no_splitting():
    code = "with a() as b, (c()):\n    pass\n"
    assert edited(code, ("a()", MakeAsync()), ("c()", MakeAsync())) == "async " + code


def test_statements_are_inserted_around_a_statement():
    code = block("""
        if x:
            app = Flask(
                __name__
            )  # the app
            other()
    """)
    statement = code[code.index("app") : code.index("  #")]
    changes = [
        (statement, InsertAfter("flask_app(app)\nif y:\n    z()")),
        (statement, InsertBefore("before()")),
        ("Flask", ReplaceExpression("Quart")),
    ]
    after = block("""
        if x:
            before()
            app = Quart(
                __name__
            )  # the app
            flask_app(app)
            if y:
                z()
            other()
    """)
    assert edited(code, *changes) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if x: a()\nb()\n", "if x:\n    a()\n    new()\nb()\n"),
        ("c(); a(); b()  # d\n", "c()\na()\nnew()\nb()  # d\n"),
        ("for x in y:\n\tc(); a()\n", "for x in y:\n\tc()\n\ta()\n\tnew()\n"),
        ("a()", "a()\nnew()"),
        ("a()\r\nb()\r\n", "a()\r\nnew()\r\nb()\r\n"),
        ("def f():\n    a()\nx; y\n", "def f():\n    a()\n    new()\nx; y\n"),
    ],
)
def test_a_statement_gets_a_line_of_its_own_where_one_is_inserted(before, after):
    assert edited(before, ("a()", InsertAfter("new()"))) == after


def test_a_statement_is_replaced_and_its_parts_are_edited():
    code = "def f():\n    x = make(g(y), z)  # note\n"
    parts = (span_of(code, "g(y)"), span_of(code, "z"))
    operation = ReplaceStatement("x = {0}.a\nx.b = {1}", parts)
    after = "def f():\n    x = (await g(y)).a\n    x.b = z  # note\n"
    assert edited(code, ("x = make(g(y), z)", operation), ("g(y)", Await())) == after


def test_a_removed_statement_takes_its_line_along():
    code = "def f():\n    a()\n    b()  # gone\n    c()\n"
    assert edited(code, ("b()", ReplaceStatement(""))) == "def f():\n    a()\n    c()\n"


def test_a_block_that_loses_all_statements_keeps_pass():
    code = "def f():\n    a()\n    b()\ng()\n"
    changes = [("a()", ReplaceStatement("")), ("b()", ReplaceStatement(""))]
    assert edited(code, *changes) == "def f():\n    pass\ng()\n"


@pytest.mark.parametrize(
    ("operations", "reason"),
    [
        ([ReplaceStatement("a"), ReplaceStatement("b")], "replace the same statement"),
        ([ReplaceStatement("a"), AddDecorator("b")], "replace the same statement"),
        ([ReplaceStatement("a b")], "no statement"),
        ([MakeAsync()], "cannot be async"),
    ],
)
def test_operations_that_do_not_fit_are_a_conflict(operations, reason):
    code = "x = 1"
    edits = [edit(code, code, operation) for operation in operations]
    with pytest.raises(EditConflict, match=reason):
        apply(file_of(code), edits)
