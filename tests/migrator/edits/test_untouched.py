"""A line that changed although no edit names it is noticed before anything is written."""

import ast

import pytest
from editing import edit, file_of

from migrator.edits import apply as applying
from migrator.edits.edit import Await, MakeAsync, NestStatements
from migrator.edits.untouched import lost_lines
from migrator.errors import SelfCheckFailed

CODE = "def f():\n    a()\n    b()\n    c()\n"


def lost(after, *edits):
    return lost_lines(CODE, after, edits, ast.parse(CODE))


def test_a_changed_line_is_noticed():
    assert lost(CODE.replace("b()", "z()")) == [3]


def test_a_line_that_an_edit_names_may_change():
    assert lost(CODE.replace("b()", "z()"), edit(CODE, "b()", Await())) == []


def test_making_a_function_async_says_nothing_of_its_body():
    changes = edit(CODE, CODE.rstrip(), MakeAsync())
    assert lost(CODE.replace("def f", "async def f").replace("b()", "z()"), changes) == [3]


def test_nested_lines_may_move_to_the_right_but_must_not_change():
    nested = edit(CODE, "a()\n    b()\n    c()", NestStatements("save", "offload({name})"))
    moved = CODE.replace("    b", "        b")
    assert lost(moved, nested) == []
    assert lost(moved.replace("b()", "z()"), nested) == [3]


def test_applying_refuses_a_result_that_lost_a_line(monkeypatch):
    monkeypatch.setattr(applying, "render", lambda *_: "lost")
    with pytest.raises(SelfCheckFailed, match=r"app\.py:1: this line would change"):
        applying.apply(file_of(CODE), [edit(CODE, "b()", Await())])
