"""Whether a statement writes, by its text or by how it is made."""

import ast

import pytest
from analysed import analysed

from migrator.facts.sql import writes

HEAD = "from sqlalchemy import delete, insert, select, text, update\ndef f(db, x, made):\n"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("text('UPDATE t SET x = 1')", True),
        ("text('SELECT 1')", False),
        ("text(x)", None),
        ("select(x).where(x)", False),
        ("update(x).where(x).values(a=1)", True),
        ("insert(x)", True),
        ("delete(x)", True),
        ("f'SELECT {x}'", False),
        ("f'{x}'", None),
        ("1", None),
        ("x", None),
        ("x + 'a'", None),
    ],
)
def test_statement(statement, told):
    facts = analysed(f"{HEAD}    db.execute({statement})\n")
    assert writes(facts, _executed(facts)) is told


def test_statement_made_before():
    facts = analysed(f"{HEAD}    made = update(x)\n    db.execute(made)\n")
    assert writes(facts, _executed(facts)) is True


def test_no_statement_at_all():
    assert writes(analysed(""), ast.parse("f()", mode="eval").body) is None


def _executed(facts):
    (call,) = (
        node
        for node in facts.program.parent
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "execute"
    )
    return call
