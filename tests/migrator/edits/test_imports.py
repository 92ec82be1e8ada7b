"""Moved, removed and added imports look as an isort user expects."""

import pytest
from editing import block, edit, edited, file_of

from migrator.edits.apply import apply
from migrator.edits.edit import AddImport, Edit, MoveImport, RemoveImport, ReplaceExpression
from migrator.errors import EditConflict
from migrator.source.span import Span


def move(*names, keep=()):
    pairs = tuple((it, it) if isinstance(it, str) else it for it in names)
    return MoveImport("flask", "quart", pairs, frozenset(keep))


def with_additions(code, *additions):
    whole = Span(1, 0, 1, 0)
    edits = [Edit("pkg/app.py", whole, addition, "a-rule") for addition in additions]
    return apply(file_of(code), edits)


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        ("from flask import g", move("g"), "from quart import g"),
        ("from flask import g as G  # why", move("g"), "from quart import g as G  # why"),
        ("from flask import Flask, g", move(("Flask", "Quart"), "g"), "from quart import Quart, g"),
        (
            "from flask import Blueprint, Flask, g",
            move("Blueprint", ("Flask", "Quart"), "g"),
            "from quart import Blueprint, Quart, g",
        ),
        ("from flask import a, b", move("b"), "from flask import a\nfrom quart import b"),
        (
            "from flask import a, b",
            move("b", keep=["b"]),
            "from flask import a, b\nfrom quart import b",
        ),
        ("import flask", move(("flask", "quart")), "import quart"),
        ("import flask, os", move(("flask", "quart")), "import quart, os"),
        (
            "import flask as f",
            move(("flask", "quart"), keep=["flask"]),
            "import flask as f\nimport quart as f",
        ),
        (
            "from flask import (\n    a,  # one\n    b,\n    # two\n    c,\n)",
            move("a", "b", "c"),
            "from quart import (\n    a,  # one\n    b,\n    # two\n    c,\n)",
        ),
        (
            "from flask import (\n    a,  # one\n    b,\n    c,\n)",
            move("a"),
            "from flask import (\n    b,\n    c,\n)\nfrom quart import (\n    a,  # one\n)",
        ),
        (
            "from flask import (a, b,\n    c)",
            move("a"),
            "from flask import b, c\nfrom quart import a",
        ),
        ("from flask import a, \\\n    b", move("a", "b"), "from quart import a, b"),
    ],
)
def test_names_move_between_modules(before, operation, after):
    assert (
        edited(before, (before.split("  #")[0] if "(" not in before else before, operation))
        == after
    )


def test_comments_of_an_import_stay_where_they_speak():
    names = "    a,\n    # two\n    b,  # why\n    c\n"
    statement = f"from flask import (  # noqa: F401\n{names})"
    after = block("""
        from flask import (  # noqa: F401
            a,
        )  # end
        from quart import (  # noqa: F401
            # two
            b,  # why
            c,
        )
    """)
    assert edited(f"{statement}  # end\n", (statement, move("b", "c"))) == after


def test_comments_in_odd_places_go_beside_their_names():
    code = "from flask import (\r\n    a as b  # one\r\n    , c  # two\r\n    # three\r\n)"
    after = "from quart import (\r\n    a as b,  # one\r\n    c,  # two # three\r\n)"
    assert edited(code, (code, move("a", "c"))) == after


def test_a_moved_import_stands_where_sorting_puts_it():
    code = block("""
        import os

        from click import echo
        from flask import Flask, g
        from flask_login import LoginManager
        from werkzeug.exceptions import abort

        from .auth import login
    """)
    after = block("""
        import os

        from click import echo
        from flask_login import LoginManager
        from quart import Quart, g
        from werkzeug.exceptions import abort

        from .auth import login
    """)
    statement = "from flask import Flask, g"
    assert edited(code, (statement, move(("Flask", "Quart"), "g"))) == after


def test_an_unsorted_block_keeps_its_order():
    code = "from werkzeug import b\nfrom flask import a, c\nfrom click import d\n"
    after = (
        "from werkzeug import b\nfrom flask import c\nfrom quart import a\nfrom click import d\n"
    )
    assert edited(code, ("from flask import a, c", move("a"))) == after


def test_one_name_a_line_stays_one_name_a_line():
    code = block("""
        from flask import Blueprint
        from flask import flash
        from flask import g
        from werkzeug.exceptions import abort
    """)
    changes = [
        ("from flask import Blueprint", move("Blueprint")),
        ("from flask import flash", move("flash")),
    ]
    after = block("""
        from flask import g
        from quart import Blueprint
        from quart import flash
        from werkzeug.exceptions import abort
    """)
    assert edited(code, *changes) == after


def test_one_name_a_line_is_sorted_by_name_where_it_was():
    code = "from quart import Blueprint\nfrom quart import g\n"
    added = with_additions(code, AddImport("quart", "current_app"))
    assert (
        added == "from quart import Blueprint\nfrom quart import current_app\nfrom quart import g\n"
    )


def test_moved_names_join_an_import_of_the_same_module():
    code = "from flask import Flask, g\nfrom quart import Request, abort\n"
    statement = "from flask import Flask, g"
    after = "from quart import Request, abort, g\n"
    assert edited(code, (statement, MoveImport("flask", "quart", (("g", "g"),)))) == (
        "from flask import Flask\n" + after
    )


def test_several_rules_may_move_names_of_one_statement():
    code = "from flask import a, b, c, d\n"
    statement = code.rstrip()
    changes = [
        (statement, move("a")),
        (statement, move("b")),
        (statement, MoveImport("flask", "compat_shims", (("c", "c"),))),
        (statement, RemoveImport(("d",))),
    ]
    assert edited(code, *changes) == "from compat_shims import c\nfrom quart import a, b\n"


def test_imports_inside_functions_and_conditions():
    code = block("""
        if TYPE_CHECKING:
            from flask import Request, Response

        def f():
            from flask import g, request; from flask import flash
            return g
    """)
    changes = [
        ("from flask import Request, Response", move("Request")),
        ("from flask import g, request", move("g", "request")),
        ("from flask import flash", move("flash")),
    ]
    after = block("""
        if TYPE_CHECKING:
            from flask import Response
            from quart import Request

        def f():
            from quart import g, request; from quart import flash
            return g
    """)
    assert edited(code, *changes) == after


def test_a_long_line_of_names_is_broken():
    names = [f"name_number_{number}" for number in range(9)]
    code = "from flask import x\nfrom quart import " + ", ".join(names[:-1]) + "\n"
    result = edited(code, ("from flask import x", move("x")))
    lines = "".join(f"    {name},\n" for name in [*names[:-1], "x"])
    assert result == f"from quart import (\n{lines})\n"


def test_removed_names():
    code = "import os\nfrom flask import a, b\nfrom flask import c  # gone\n\nx = 1\n"
    changes = [
        ("from flask import a, b", RemoveImport(("a",))),
        ("from flask import c", RemoveImport(("c",))),
    ]
    assert edited(code, *changes) == "import os\nfrom flask import b\n\nx = 1\n"


def test_the_only_import_of_a_block_goes_with_its_line():
    code = "from flask import a\nx = 1\n"
    assert edited(code, ("from flask import a", RemoveImport(("a",)))) == "x = 1\n"
    nested = "def f():\n    from flask import a\n"
    assert edited(nested, ("from flask import a", RemoveImport(("a",)))) == "def f():\n    pass\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "from quart import g\n"),
        ("x = 1\n", "from quart import g\n\nx = 1\n"),
        ('"""Doc."""\n', '"""Doc."""\n\nfrom quart import g\n'),
        ("#!/bin/sh\n# licence\nx = 1\n", "#!/bin/sh\n# licence\nfrom quart import g\n\nx = 1\n"),
        (
            '"""Doc."""\nfrom __future__ import annotations\nx = 1\n',
            '"""Doc."""\nfrom __future__ import annotations\n\nfrom quart import g\nx = 1\n',
        ),
        ("import os\n\nx = 1\n", "import os\n\nfrom quart import g\n\nx = 1\n"),
        ("import os\n\nfrom . import a\n", "import os\n\nfrom quart import g\n\nfrom . import a\n"),
        ("from .a import b\n", "from quart import g\n\nfrom .a import b\n"),
        ("import click\n\nx = 1\n", "import click\nfrom quart import g\n\nx = 1\n"),
        ("from quart import a, z\n", "from quart import a, g, z\n"),
        ("from quart import z, a\n", "from quart import z, a, g\n"),
        ("from quart import g\n", "from quart import g\n"),
        ("from quart import g as h\n", "from quart import g as h, g\n"),
        (
            "from quart import (\n    a,  # why\n    z,\n)\n",
            "from quart import (\n    a,  # why\n    g,\n    z,\n)\n",
        ),
        (
            "try:\n    import x\nexcept ImportError:\n    x = 1\n",
            "from quart import g\n\ntry:\n    import x\nexcept ImportError:\n    x = 1\n",
        ),
        ("import click\r\nx = 1\r\n", "import click\r\nfrom quart import g\r\nx = 1\r\n"),
        (
            "import os\nimport zlib\nfrom .a import b\n",
            "import os\nimport zlib\nfrom quart import g\nfrom .a import b\n",
        ),
    ],
)
def test_an_added_import_finds_its_place(before, after):
    assert with_additions(before, AddImport("quart", "g")) == after


def test_an_added_module():
    code = "import flask.views\nfrom click import echo\n"
    assert with_additions(code, AddImport("flask")) == code
    assert with_additions("import f\n", AddImport("a")) == "import a\nimport f\n"


def test_several_additions_and_a_move():
    code = "from flask import Flask\n\napp = Flask(__name__)\n"
    whole = Span(1, 0, 1, 0)
    statement = "from flask import Flask"
    edits = [
        edit(code, statement, move(("Flask", "Quart"))),
        edit(code, "Flask(__name__)", ReplaceExpression("Quart(__name__)")),
        Edit("app.py", whole, AddImport("compat_shims", "offload"), "r"),
        Edit("app.py", whole, AddImport("compat_shims", "flask_app"), "s"),
        Edit("app.py", whole, AddImport("quart", "g"), "t"),
        Edit("app.py", whole, AddImport("flask"), "t"),
    ]
    after = block("""
        import flask
        from compat_shims import flask_app, offload
        from quart import Quart, g

        app = Quart(__name__)
    """)
    assert apply(file_of(code), edits) == after


@pytest.mark.parametrize(
    ("operations", "reason"),
    [
        ([move("z")], "does not import 'z'"),
        ([move("a"), MoveImport("flask", "other", (("a", "a"),))], "two modules"),
    ],
)
def test_moves_that_contradict(operations, reason):
    code = "from flask import a\n"
    edits = [edit(code, code.rstrip(), operation) for operation in operations]
    with pytest.raises(EditConflict, match=reason):
        apply(file_of(code), edits)
