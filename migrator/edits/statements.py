"""Compiling the edits of one statement into patches."""

import ast
import re
from collections.abc import Collection, Iterator, Sequence

from migrator.edits import templates
from migrator.edits.blocks import end_with_comment, indentation, indented, own_lines
from migrator.edits.edit import (
    AddDecorator,
    AddParameters,
    InsertAfter,
    InsertBefore,
    MakeAsync,
    RemoveParameter,
    RenameFunction,
    ReplaceStatement,
)
from migrator.edits.locate import Place, Tree, statement_start
from migrator.edits.misfit import Misfit
from migrator.edits.parentheses import Context
from migrator.edits.patches import Copy, Patch, Piece

StatementOperation = (
    MakeAsync
    | AddDecorator
    | AddParameters
    | InsertAfter
    | InsertBefore
    | RemoveParameter
    | RenameFunction
    | ReplaceStatement
)
_DEFINED = re.compile(r"(?:async\s+)?def\s+(\w+)")
_DEFINITION = re.compile(rf"{_DEFINED.pattern}\s*\(")
_RANK_INSIDE = 1
_RANK_AROUND = 2


def compile_statement(
    tree: Tree,
    place: Place,
    operations: Sequence[StatementOperation],
    rules: tuple[str, ...],
    removed: Collection[ast.AST] = (),
) -> Iterator[Patch]:
    """Yield the patches that do all *operations* on the statement at *place*.

    ``removed`` are all statements that go, so that a block keeps at least ``pass``. Raises
    :exc:`Misfit` with the reason where the operations do not fit.
    """
    replacements = {it for it in operations if isinstance(it, ReplaceStatement)}
    headed = [it for it in operations if isinstance(it, MakeAsync | AddDecorator)]
    if len(replacements) + bool(headed) > 1:
        raise Misfit("edits would replace the same statement by different code")
    if replacements:
        yield from _replaced(tree, place, replacements.pop(), rules, removed)
    if headed:
        yield Patch(place.start, place.end, _headed(tree, place, headed), rules, _RANK_INSIDE)
    if RemoveParameter() in operations:
        yield _without_first_parameter(tree, place, rules)
    for added in {it for it in operations if isinstance(it, AddParameters)}:
        yield _with_parameters(tree, place, added.code, rules)
    for rename in (it for it in operations if isinstance(it, RenameFunction)):
        yield _renamed(tree, place, rename.name, rules)
    yield from _surrounded(tree, place, operations, rules)


def part_contexts(
    tree: Tree, operations: Sequence[StatementOperation]
) -> dict[tuple[int, int], Context]:
    """Return where the parts of a replaced statement will stand, by their offsets."""
    found: dict[tuple[int, int], Context] = {}
    for operation in operations:
        if isinstance(operation, ReplaceStatement):
            template = templates.statements(operation.code, len(operation.parts))
            for number, (parent, field) in template.contexts.items():
                found[tree.text.span(operation.parts[number])] = Context(parent, field)
    return found


def _headed(
    tree: Tree, place: Place, operations: Sequence[MakeAsync | AddDecorator]
) -> tuple[Piece, ...]:
    """Put decorators and ``async`` before the statement."""
    node = place.node
    codes = sorted({it.code for it in operations if isinstance(it, AddDecorator)})
    lines = "".join(_decorator_lines(tree, place, codes)) if codes else ""
    keyword = "async " if MakeAsync() in operations and _is_sync(node) else ""
    return (lines + keyword, Copy(place.start, place.end))


def _decorator_lines(tree: Tree, place: Place, codes: Sequence[str]) -> Iterator[str]:
    existing = {ast.dump(it) for it in getattr(place.node, "decorator_list", [])}
    line_break = tree.text.newline + indentation(tree, place)
    for code in codes:
        if ast.dump(ast.parse(code, mode="eval").body) not in existing:
            yield f"@{code}{line_break}"


def _without_first_parameter(tree: Tree, place: Place, rules: tuple[str, ...]) -> Patch:
    node = place.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.args.args:
        raise Misfit("there is no first parameter")
    first, *others = node.args.args
    start, end = tree.text.range(first)
    if others:
        return Patch(start, tree.text.range(others[0])[0], (), rules, _RANK_INSIDE)
    after, char = next(tree.text.code_from(end, place.end))
    return Patch(start, after + 1 if char == "," else end, (), rules, _RANK_INSIDE)


def _with_parameters(tree: Tree, place: Place, code: str, rules: tuple[str, ...]) -> Patch:
    named = _DEFINITION.match(tree.text.text, place.start)
    if named is None or not isinstance(place.node, ast.FunctionDef | ast.AsyncFunctionDef):
        raise Misfit("there is no plain list of parameters")
    own = any(ast.iter_child_nodes(place.node.args))
    start = named.end()
    return Patch(start, start, (f"{code}, " if own else code,), rules, _RANK_INSIDE)


def _renamed(tree: Tree, place: Place, name: str, rules: tuple[str, ...]) -> Patch:
    found = _DEFINED.match(tree.text.text, place.start)
    if not isinstance(place.node, ast.FunctionDef | ast.AsyncFunctionDef) or found is None:
        raise Misfit("there is no name of a function")
    return Patch(found.start(1), found.end(1), (name,), rules, _RANK_INSIDE)


def _is_sync(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef | ast.With | ast.For):
        return True
    if isinstance(node, ast.AsyncFunctionDef | ast.AsyncWith | ast.AsyncFor):
        return False
    raise Misfit("the statement cannot be async")


def _replaced(
    tree: Tree,
    place: Place,
    operation: ReplaceStatement,
    rules: tuple[str, ...],
    removed: Collection[ast.AST],
) -> Iterator[Patch]:
    if not operation.code.strip():
        yield _removal(tree, place, rules, removed)
        return
    template = templates.statements(operation.code, len(operation.parts))
    code = indented(tree, place, template.code)
    parts = [(Copy(*tree.text.span(part)),) for part in operation.parts]
    pieces = templates.Template(code, template.contexts).fill(parts)
    start = statement_start(tree.text, place)
    yield Patch(start, place.end, pieces, rules, _RANK_INSIDE)
    if "\n" in operation.code.strip():
        yield from own_lines(tree, place, place, rules)


def _removal(
    tree: Tree, place: Place, rules: tuple[str, ...], removed: Collection[ast.AST]
) -> Patch:
    text, start = tree.text, statement_start(tree.text, place)
    block = [it.node for it in tree.siblings(place)]
    is_last_left = block[0] is place.node and all(node in removed for node in block)
    shares_line = not (text.starts_line(start) and text.ends_line(place.end))
    if is_last_left or shares_line:
        return Patch(start, place.end, ("pass",), rules, _RANK_INSIDE)
    return Patch(text.line_start(start), text.next_line(place.end), (), rules, _RANK_INSIDE)


def _surrounded(
    tree: Tree, place: Place, operations: Sequence[StatementOperation], rules: tuple[str, ...]
) -> Iterator[Patch]:
    before = sorted({it.code for it in operations if isinstance(it, InsertBefore)})
    after = sorted({it.code for it in operations if isinstance(it, InsertAfter)})
    if not before and not after:
        return
    start, end = statement_start(tree.text, place), end_with_comment(tree.text, place)
    line_break = tree.text.newline + indentation(tree, place)
    pieces: list[Piece] = [indented(tree, place, code) + line_break for code in before]
    pieces.append(Copy(start, end))
    pieces += [line_break + indented(tree, place, code) for code in after]
    yield Patch(start, end, tuple(pieces), rules, _RANK_AROUND)
    yield from own_lines(tree, place, place, rules)
