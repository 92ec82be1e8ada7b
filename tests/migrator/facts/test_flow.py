"""Which places run after which."""

import ast

import pytest

from migrator.facts.flow import falls_through, reaches


def found(source):
    tree = ast.parse(f"def f():\n{source}")
    parent = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names = {node.id: node for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names["a"], names["b"], parent


@pytest.mark.parametrize(
    ("source", "after"),
    [
        (" a\n b", True),
        (" b\n a", False),
        (" a + b", True),
        (" if x:\n  a\n b", True),
        (" if x:\n  a\n  return\n b", False),
        (" if x:\n  a\n else:\n  b", False),
        (" if a:\n  b", True),
        (" x(a) if y else b", False),
        (" try:\n  a\n except E:\n  b", False),
        (" try:\n  a\n finally:\n  b", True),
        (" try:\n  pass\n except E:\n  a\n else:\n  b", False),
        (" for i in x:\n  b\n  a", True),
        (" with x:\n  a\n b", True),
        (" with x:\n  a\n  raise E\n b", False),
        (" return a\n b", False),
        (" if x:\n  a\n  if y:\n   return\n b", True),
    ],
)
def test_reaches(source, after):
    assert reaches(*found(source)) is after


@pytest.mark.parametrize(
    ("source", "falls"),
    [
        ("x", True),
        ("return", False),
        ("if x:\n return\nelse:\n raise E", False),
        ("if x:\n return", True),
        ("with x:\n return", False),
        ("try:\n return\nexcept E:\n pass", True),
        ("try:\n return\nexcept E:\n raise", False),
        ("try:\n pass\nfinally:\n return", False),
        ("while x:\n return", True),
    ],
)
def test_falls_through(source, falls):
    assert falls_through(ast.parse(source).body) is falls
