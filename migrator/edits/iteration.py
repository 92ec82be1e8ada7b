"""Making ``for`` of a comprehension, ``for`` and ``with`` asynchronous by what they run over."""

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from migrator.edits.blocks import end_with_comment, indentation, indentation_unit
from migrator.edits.locate import Place, Tree
from migrator.edits.misfit import Misfit
from migrator.edits.patches import Copy, Patch, Piece

_RANK = 1
_FOR = re.compile(r"\bfor\b[\s(\\]*$")


def async_comprehension(tree: Tree, place: Place, rules: tuple[str, ...]) -> Iterator[Patch]:
    """Make the ``for`` asynchronous that runs over the expression at *place*.

    Raises :exc:`Misfit` if no comprehension runs over it.
    """
    clause = place.parent
    if not isinstance(clause, ast.comprehension):
        raise Misfit("no comprehension runs over this")
    if clause.is_async:
        return
    target, _ = tree.text.range(clause.target)
    found = _FOR.search(tree.text.text, max(0, target - 200), target)
    if found is None:
        raise Misfit("the 'for' of the comprehension is not found")
    yield Patch(found.start(), found.start() + len("for"), ("async for",), rules, _RANK)


def async_with(
    tree: Tree, place: Place, entered: Collection[ast.AST], rules: tuple[str, ...]
) -> Iterator[Patch]:
    """Make those items of a ``with`` asynchronous whose context expressions are *entered*.

    The statement is split into nested ones where it has both kinds.
    """
    node = place.node
    if not isinstance(node, ast.With):
        return
    runs = [
        (is_async, list(items))
        for is_async, items in groupby(node.items, lambda item: item.context_expr in entered)
    ]
    if len(runs) == 1:
        yield Patch(place.start, place.end, ("async ", Copy(place.start, place.end)), rules, _RANK)
    else:
        yield _split(tree, place, node, runs, rules)


def _split(
    tree: Tree,
    place: Place,
    node: ast.With,
    runs: Sequence[tuple[bool, Sequence[ast.withitem]]],
    rules: tuple[str, ...],
) -> Patch:
    text = tree.text
    unit = indentation_unit(tree)
    outer = text.newline + indentation(tree, place)
    pieces: list[Piece] = []
    for depth, (is_async, items) in enumerate(runs):
        pieces.append(f":{outer}{unit * depth}" if depth else "")
        pieces.append("async with " if is_async else "with ")
        for number, item in enumerate(items):
            pieces.append(", " if number else "")
            pieces.append(_item(tree, item))
    _, last = text.range(_last_expression(node.items[-1]))
    body, _ = text.range(node.body[0])
    colon = next(at for at, char in text.code_from(last, body) if char == ":")
    end = end_with_comment(text, place)
    pieces.append(Copy(colon, end, indent=unit * (len(runs) - 1)))
    return Patch(place.start, end, tuple(pieces), rules, _RANK)


def _item(tree: Tree, item: ast.withitem) -> Copy:
    start, _ = tree.text.range(item.context_expr)
    _, end = tree.text.range(_last_expression(item))
    return Copy(start, end)


def _last_expression(item: ast.withitem) -> ast.expr:
    return item.optional_vars or item.context_expr
