"""The check that nothing changed but what edits name, made from the lines before and after."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from migrator.edits.edit import (
    AddDecorator,
    AddImport,
    AddParameters,
    Edit,
    ImportOperation,
    InsertAfter,
    InsertBefore,
    MakeAsync,
    NestStatements,
    RemoveParameter,
    RenameFunction,
)
from migrator.edits.text import LINE_END

_AT_ITS_ENDS = (
    MakeAsync
    | AddDecorator
    | AddParameters
    | InsertAfter
    | InsertBefore
    | NestStatements
    | RemoveParameter
    | RenameFunction
)


def lost_lines(before: str, after: str, edits: Iterable[Edit], module: ast.Module) -> list[int]:
    """Return the numbers of the lines of *before* that no edit touches and that *after* lacks.

    Lines may move to the right, and imports at the top may change places.
    """
    touched = {line for edit in edits for line in _touched(edit, module)}
    remaining = Counter(line.strip() for line in LINE_END.split(after))
    lost: list[int] = []
    for number, line in enumerate(LINE_END.split(before), start=1):
        text = line.strip()
        if text and number not in touched:
            remaining[text] -= 1
            if remaining[text] < 0:
                lost.append(number)
    return lost


def _touched(edit: Edit, module: ast.Module) -> Iterator[int]:
    span = edit.span
    if isinstance(edit.operation, ImportOperation | AddImport):
        yield from _import_lines(module)
    if isinstance(edit.operation, AddImport):
        return
    if isinstance(edit.operation, _AT_ITS_ENDS):
        yield from (span.line, span.end_line)
    else:
        yield from range(span.line, span.end_line + 1)


def _import_lines(module: ast.Module) -> Iterator[int]:
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
