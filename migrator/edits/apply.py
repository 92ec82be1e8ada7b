"""Applying the edits of one file: one parse, one pass.

Edits are compiled to patches of text that nest as the syntax nests, so what no edit names stays
byte for byte. The edits of one node are done in a fixed order, whatever order they are given in.

LibCST takes the import statements apart that change, each parsed from its own text. Whole files
would be too dear: parsing and printing those of httpbin takes 14 times as long as ``ast.parse``.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from migrator.edits import expressions, statements
from migrator.edits.edit import (
    AddImport,
    Edit,
    ImportOperation,
    MakeAsync,
    NestStatements,
    ReplaceExpression,
    ReplaceStatement,
)
from migrator.edits.iteration import async_comprehension, async_with
from migrator.edits.locate import Tree
from migrator.edits.misfit import Misfit
from migrator.edits.nesting import nest
from migrator.edits.parentheses import Context
from migrator.edits.patches import Patch, render
from migrator.edits.resolve import Target, targets
from migrator.edits.text import Text
from migrator.edits.untouched import lost_lines
from migrator.errors import EditConflict, SelfCheckFailed
from migrator.source.files import SourceFile
from migrator.source.outline import function_at
from migrator.source.parse import parse


def apply(file: SourceFile, edits: Sequence[Edit], module: ast.Module | None = None) -> str:
    """Return the text of *file* with *edits* applied; their order does not matter.

    *module* is the file's syntax tree, if it is parsed already. Raises
    :exc:`migrator.errors.EditConflict` where two edits contradict each other or one does not fit
    its place, and :exc:`migrator.errors.SelfCheckFailed` if a line changed that no edit names.
    """
    if not edits:
        return file.text
    text = Text(file)
    tree = Tree(text, module or parse(file), _lines(edits))
    patches = {
        (patch.start, patch.end, patch.pieces): patch for patch in _patches(tree, frozenset(edits))
    }
    after = render(text, list(patches.values()))
    _check_untouched(tree, edits, after)
    return after


def _check_untouched(tree: Tree, edits: Sequence[Edit], after: str) -> None:
    lost = lost_lines(tree.text.text, after, edits, tree.module)
    if lost:
        raise SelfCheckFailed(
            f"{tree.text.file.path}:{lost[0]}: this line would change although no edit names it; "
            "nothing was written. This is a fault of the migrator: please report it; --exclude "
            "leaves the file out",
            places=((tree.text.file.path, function_at(tree.text.text, lost[0])),),
        )


def _lines(edits: Iterable[Edit]) -> Iterator[int]:
    for edit in edits:
        yield edit.span.line
        if isinstance(edit.operation, ReplaceExpression | ReplaceStatement):
            yield from (part.line for part in edit.operation.parts)


def _patches(tree: Tree, edits: frozenset[Edit]) -> Iterator[Patch]:
    found = targets(tree, edits)
    moved_to = _contexts(tree, found)
    removed = {it.place.node for it in found if ReplaceStatement("") in it.operations}
    for target in [*found, *_moved_parts(tree, found, moved_to)]:
        with _blaming(tree, target):
            yield from _compiled(tree, target, moved_to, removed)
    yield from _import_patches(tree, found, edits)
    for edit in sorted(edits, key=repr):
        if isinstance(edit.operation, NestStatements):
            run = tree.statements(edit.span, edit.rule)
            yield from nest(tree, run, edit.operation, (edit.rule,))


@contextmanager
def _blaming(tree: Tree, target: Target) -> Iterator[None]:
    """Say where and by whom the edits were planned that do not fit."""
    place = f"{tree.text.file.path}:{tree.text.line(target.place.start)}"
    try:
        yield
    except Misfit as misfit:
        raise EditConflict(place, target.rules, str(misfit)) from misfit


def _compiled(
    tree: Tree, target: Target, moved_to: expressions.Ranges, removed: set[ast.AST]
) -> Iterator[Patch]:
    if isinstance(target.place.node, ast.expr):
        return _compiled_expression(tree, target, moved_to)
    return _compiled_statement(tree, target, removed)


def _compiled_expression(
    tree: Tree, target: Target, moved_to: expressions.Ranges
) -> Iterator[Patch]:
    place, rules = target.place, target.rules
    if MakeAsync() in target.operations:
        yield from async_comprehension(tree, place, rules)
    quotes = tree.quotes_around(place)
    operations = [expressions.requoted(it, quotes) for it in _of_expression(target)]
    context = moved_to.get((place.start, place.end))
    if operations or context:
        yield expressions.compile_expression(tree, place, operations, rules, context)


def _of_expression(target: Target) -> list[expressions.ExpressionOperation]:
    return [it for it in target.operations if isinstance(it, expressions.ExpressionOperation)]


def _compiled_statement(tree: Tree, target: Target, removed: set[ast.AST]) -> Iterator[Patch]:
    place, rules = target.place, target.rules
    operations = _of_statement(target)
    if isinstance(place.node, ast.With) and MakeAsync() in operations:
        operations.remove(MakeAsync())
        yield from async_with(tree, place, target.entered, rules)
    yield from statements.compile_statement(tree, place, operations, rules, removed)


def _of_statement(target: Target) -> list[statements.StatementOperation]:
    return [it for it in target.operations if isinstance(it, statements.StatementOperation)]


def _contexts(tree: Tree, found: Iterable[Target]) -> dict[tuple[int, int], Context]:
    """Return where the parts of replaced code will stand."""
    contexts: dict[tuple[int, int], Context] = {}
    for target in found:
        with _blaming(tree, target):
            if isinstance(target.place.node, ast.expr):
                operations = _of_expression(target)
                contexts.update(expressions.part_contexts(tree.text, target.place, operations))
            else:
                contexts.update(statements.part_contexts(tree, _of_statement(target)))
    return contexts


def _moved_parts(
    tree: Tree, found: Iterable[Target], moved_to: expressions.Ranges
) -> Iterator[Target]:
    """Yield targets for the parts that nothing but their new place changes."""
    edited = {(it.place.start, it.place.end) for it in found}
    for target in found:
        for operation in target.operations:
            if isinstance(operation, ReplaceExpression | ReplaceStatement):
                for part in operation.parts:
                    offsets = tree.text.span(part)
                    if offsets in moved_to and offsets not in edited:
                        place = tree.expression(part, target.rules[0])
                        yield Target(place, (), target.rules)


def _import_patches(tree: Tree, found: Iterable[Target], edits: Iterable[Edit]) -> Iterator[Patch]:
    # LibCST takes longer to import than most projects take to plan: only who needs it pays.
    from migrator.edits.imports import Moves, compile_imports  # noqa: PLC0415  see above

    moves = [
        Moves(target.place, operations, target.rules)
        for target in found
        if (operations := tuple(it for it in target.operations if isinstance(it, ImportOperation)))
    ]
    added = [(it.operation, it.rule) for it in edits if isinstance(it.operation, AddImport)]
    if not moves and not added:
        return
    first = min((move.place for move in moves), key=lambda it: it.start, default=None)
    rules = tuple(dict.fromkeys(rule for move in moves for rule in move.rules))
    whole = first or tree.whole
    with _blaming(tree, Target(whole, (), rules or tuple(rule for _, rule in added))):
        yield from compile_imports(tree, moves, added)
