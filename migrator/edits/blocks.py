"""Blocks of statements: their indentation, and statements that share a line."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from migrator.edits.locate import Place, Tree, statement_start
from migrator.edits.patches import Patch
from migrator.edits.reindent import shift
from migrator.edits.text import Text

_RANK = 1


def indentation_unit(tree: Tree) -> str:
    """Return what one level of indentation is in this file; four spaces if it has none."""
    text = tree.text
    for node in ast.walk(tree.module):
        body = getattr(node, "body", None)
        if not isinstance(node, ast.stmt) or not isinstance(body, list):
            continue
        inner, outer = text.range(body[0])[0], text.range(node)[0]
        if text.starts_line(inner) and text.starts_line(outer):
            return text.indentation(inner).removeprefix(text.indentation(outer)) or "    "
    return "    "


def indentation(tree: Tree, place: Place) -> str:
    """Return the indentation of the statement, or what it will be on a line of its own."""
    first = tree.first_of_block(place)
    own = tree.text.indentation(first.start)
    return own if _starts_line(tree.text, first) else own + indentation_unit(tree)


def end_with_comment(text: Text, place: Place) -> int:
    """Return where the statement ends, the comment on its last line included."""
    return text.line_end(place.end) if text.ends_line(place.end) else place.end


def own_lines(
    tree: Tree, first: Place, last: Place, rules: tuple[str, ...], *, blank_line: bool = False
) -> Iterator[Patch]:
    """Break the line before *first* and after *last*, if they share one with other statements.

    ``if x: a(); b()`` is the case: a statement can only be inserted or nested on a line.
    ``blank_line`` asks for one before *first*.
    """
    text = tree.text
    sharing = _sharing_lines(tree, first, last)
    line_break = text.newline + indentation(tree, first)
    if not _starts_line(text, sharing[0]):
        colon = text.text.rindex(":", 0, sharing[0].start)
        yield Patch(colon, sharing[0].start, (":" + line_break,), rules, _RANK)
    for one, other in pairwise(sharing):
        if other.node is first.node:
            break_before = text.newline + line_break if blank_line else line_break
            yield Patch(one.end, other.start, (break_before,), rules, _RANK)
        if one.node is last.node:
            yield Patch(one.end, other.start, (line_break,), rules, _RANK)


def _sharing_lines(tree: Tree, first_place: Place, last_place: Place) -> list[Place]:
    """Return the run of statements with those that share a line with its first or last one."""
    block = tree.siblings(first_place)
    nodes = [it.node for it in block]
    first, last = nodes.index(first_place.node), nodes.index(last_place.node)
    while first > 0 and _share_a_line(tree.text, block[first - 1], block[first]):
        first -= 1
    while last + 1 < len(block) and _share_a_line(tree.text, block[last], block[last + 1]):
        last += 1
    return block[first : last + 1]


def _share_a_line(text: Text, one: Place, other: Place) -> bool:
    return text.line(one.end) == text.line(statement_start(text, other))


def indented(tree: Tree, place: Place, code: str) -> str:
    """Return *code* for the place of a statement: its lines indented, its line ends the file's."""
    lines = shift(code.strip("\n"), indentation(tree, place))
    return lines.replace("\n", tree.text.newline)


def _starts_line(text: Text, place: Place) -> bool:
    return text.starts_line(statement_start(text, place))
