"""Statements that become a nested function and one call of it."""

import pytest
from editing import block, edit, edited, file_of

from migrator.edits.apply import apply
from migrator.edits.edit import Await, InsertAfter, MakeAsync, NestStatements
from migrator.errors import EditConflict

SAVE = NestStatements("save", "offload({name})")


def lines(code, first, last):
    return code[code.index(first) : code.index(last) + len(last)]


def test_a_block_of_statements_is_nested_with_its_comments():
    code = block("""
        def create():
            if error:
                flash(error)
            else:
                # Keep it.
                db = get_db()  # the connection
                db.execute(
                    "INSERT",
                    (title, body),
                )

                # Done.
                db.commit()  # now
                return redirect(url_for("index"))

            return render_template("create.html")
    """)
    after = block("""
        async def create():
            if error:
                flash(error)
            else:
                def save():
                    # Keep it.
                    db = get_db()  # the connection
                    db.execute(
                        "INSERT",
                        (title, body),
                    )

                    # Done.
                    db.commit()  # now

                await offload(save)
                return redirect(url_for("index"))

            return await render_template("create.html")
    """)
    changes = [
        (lines(code, "db = get_db()", "db.commit()"), SAVE),
        (code.rstrip(), MakeAsync()),
        ('render_template("create.html")', Await()),
    ]
    assert edited(code, *changes) == after


def test_results_are_bound_from_the_call():
    code = "def f():\n    x()\n    a = load()\n    b = a.b\n    return a, b\n"
    operation = NestStatements("load_both", "offload({name})", results=("a", "b"))
    after = block("""
        def f():
            x()

            def load_both():
                a = load()
                b = a.b
                return a, b

            a, b = await offload(load_both)
            return a, b
    """)
    assert edited(code, (lines(code, "a = load()", "b = a.b"), operation)) == after


def test_a_block_that_returns_is_returned():
    code = "def f():\n\n    # why\n    load()\n    return g()\n"
    operation = NestStatements("tail", "offload({name})", returns=True, nonlocals=("n",))
    after = block("""
        def f():

            def tail():
                nonlocal n
                # why
                load()
                return g()

            return await offload(tail)
    """)
    assert edited(code, (lines(code, "load()", "return g()"), operation)) == after


def test_edits_inside_and_around_nested_statements_compose():
    code = "async def f():\n    if x:\n        a = g(y)\n        b()\n        c()\n"
    changes = [
        (lines(code, "a = g(y)", "b()"), SAVE),
        ("g(y)", Await()),
        ("b()", InsertAfter("new()")),
        ("c()", Await()),
    ]
    after = block("""
        async def f():
            if x:
                def save():
                    a = await g(y)
                    b()
                    new()

                await offload(save)
                await c()
    """)
    assert edited(code, *changes) == after


def test_the_inside_of_strings_stays_where_it_is():
    code = block('''
        def f():
            x = """one
          two

            three"""; y = f"""
            {x
             }
            """
            z = "a \\
            b"
            w(
                x
            )
    ''')
    after = block('''
        def f():
            def save():
                x = """one
          two

            three"""; y = f"""
            {x
             }
            """
                z = "a \\
            b"
                w(
                    x
                )

            await offload(save)
    ''')
    first, last = "x = ", "x\n    )"
    assert edited(code, (code[code.index(first) : code.index(last) + len(last)], SAVE)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def f():\n\ta()\n\tb()\n",
            "def f():\n\tdef save():\n\t\ta()\n\t\tb()\n\n\tawait offload(save)\n",
        ),
        (
            "def f():\r\n  a()\r\n  b()",
            "def f():\r\n  def save():\r\n    a()\r\n    b()\r\n\r\n  await offload(save)",
        ),
        (
            "if x: a(); b()  # c\n",
            "if x:\n    def save():\n        a(); b()  # c\n\n    await offload(save)\n",
        ),
        (
            "if x: y(); a(); b(); z()\n",
            (
                "if x:\n    y()\n\n    def save():\n        a(); b()\n\n"
                "    await offload(save)\n    z()\n"
            ),
        ),
    ],
)
def test_tabs_line_ends_and_shared_lines(before, after):
    assert edited(before, (lines(before, "a()", "b()"), SAVE)) == after


def test_decorated_functions_travel_with_their_decorators():
    code = "def f():\n    @d\n    def g():\n        pass\n    g()\n"
    after = block("""
        def f():
            def save():
                @d
                def g():
                    pass
                g()

            await offload(save)
    """)
    assert edited(code, (lines(code, "@d", "    g()"), SAVE)) == after
    assert edited(code, (lines(code, "def g", "    g()"), SAVE)) == after


def test_statements_of_two_blocks_cannot_be_nested():
    code = "if x:\n    a()\nb()\n"
    with pytest.raises(EditConflict, match="no run of statements"):
        apply(file_of(code), [edit(code, "a()\nb()", SAVE)])


def test_runs_that_cross_are_a_conflict():
    code = "def f():\n    a()\n    b()\n    c()\n"
    edits = [
        edit(code, lines(code, "a()", "b()"), SAVE, "one"),
        edit(code, lines(code, "b()", "c()"), SAVE, "other"),
    ]
    with pytest.raises(EditConflict, match="cross") as caught:
        apply(file_of(code), edits)
    assert set(caught.value.rules) == {"one", "other"}
