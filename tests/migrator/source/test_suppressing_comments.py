"""``# migrator: keep[rule]``: which lines it holds for."""

import pytest

from migrator.source.files import decode
from migrator.source.span import Span
from migrator.source.suppressions import find_suppressions


def kept(code):
    found = find_suppressions(decode("a.py", code.encode()))
    return {line: set(rules) for line, rules in found.lines.items()}


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("x = 1  # migrator: keep[a-rule]\n", {1: {"a-rule"}}),
        ("x = 1  # migrator: keep[one, two]\n", {1: {"one", "two"}}),
        ("x = 1  # migrator: keep\n", {1: {"*"}}),
        ("x = 1  # type: ignore  # migrator: keep[a]\n", {1: {"a"}}),
        ("# migrator: keep[a]\nx = 1\n", {2: {"a"}}),
        ("# migrator: keep[a]\n\n# more\nx = 1\n", {4: {"a"}}),
        ("def f():\n    # migrator: keep[a]\n    x = 1\n", {3: {"a"}}),
        ("# migrator: keep[a]\n# migrator: keep[b]\nx = 1\n", {3: {"a", "b"}}),
        ("x = 1\r\n# migrator: keep[a]\r\ny = 2\r\n", {3: {"a"}}),
        ("x = 1\n", {}),
        ("x = '# migrator: keep[a]'\n", {}),
        ('"""\n# migrator: keep[a]\n"""\n', {}),
        ("x = 1  # migrator: keeping\n", {}),
        ("x = 1  # migrator: other\n", {}),
        ("# migrator: keep[a]\n", {}),
    ],
)
def test_lines(code, lines):
    assert kept(code) == lines


def test_a_rule_is_kept_off_every_line_of_what_it_would_change():
    found = find_suppressions(decode("a.py", b"f(\n    x,  # migrator: keep[a]\n)\n"))
    assert found.keeps("a", Span(1, 0, 3, 1))
    assert not found.keeps("a", Span(3, 0, 3, 1))
    assert not found.keeps("b", Span(1, 0, 3, 1))


def test_keep_alone_holds_for_every_rule():
    found = find_suppressions(decode("a.py", b"x = 1  # migrator: keep\n"))
    assert found.keeps("anything", Span(1, 0, 1, 5))


def test_names_that_no_rule_has():
    found = find_suppressions(decode("a.py", b"x = 1  # migrator: keep[a, b]\n"))
    assert list(found.unknown(frozenset({"a"}))) == [(1, "b")]
