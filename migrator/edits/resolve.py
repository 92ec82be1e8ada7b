"""From edits to the nodes they are about: one target for each node, with all its operations."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from migrator.edits.edit import (
    AddDecorator,
    AddImport,
    AddParameters,
    Edit,
    ExpandStar,
    InsertAfter,
    InsertBefore,
    MakeAsync,
    MoveImport,
    NestStatements,
    Operation,
    RemoveImport,
    RemoveParameter,
    RenameFunction,
    ReplaceStatement,
)
from migrator.edits.locate import Place, Tree
from migrator.errors import EditConflict

OfStatement = (
    AddDecorator
    | AddParameters
    | ExpandStar
    | InsertAfter
    | InsertBefore
    | MoveImport
    | RemoveImport
    | RemoveParameter
    | RenameFunction
    | ReplaceStatement
)


@dataclass(frozen=True, slots=True)
class Target:
    """One node with everything that is planned for it.

    ``entered`` are the context expressions of a ``with`` that alone become asynchronous.
    """

    place: Place
    operations: tuple[Operation, ...]
    rules: tuple[str, ...]
    entered: frozenset[ast.AST] = frozenset()


@dataclass(frozen=True, slots=True)
class _Resolved:
    place: Place
    edit: Edit
    entered: ast.AST | None = None


def targets(tree: Tree, edits: Iterable[Edit]) -> list[Target]:
    """Return the nodes that *edits* are about, in the order of the text.

    Edits of runs of statements and of the whole file have no node, and are left out. Raises
    :exc:`migrator.errors.EditConflict` where there is no node to edit.
    """
    groups: dict[ast.AST, list[_Resolved]] = {}
    for edit in sorted(edits, key=repr):
        if not isinstance(edit.operation, AddImport | NestStatements):
            resolved = _resolve(tree, edit)
            groups.setdefault(resolved.place.node, []).append(resolved)
    found = [_target(group) for group in groups.values()]
    return sorted(found, key=lambda it: (it.place.start, -it.place.end))


def _target(group: list[_Resolved]) -> Target:
    operations = dict.fromkeys(it.edit.operation for it in group)
    rules = dict.fromkeys(it.edit.rule for it in group)
    parts = [it.entered for it in group if isinstance(it.edit.operation, MakeAsync)]
    entered = frozenset(it for it in parts if it is not None) if None not in parts else frozenset()
    return Target(group[0].place, tuple(operations), tuple(rules), entered)


def _resolve(tree: Tree, edit: Edit) -> _Resolved:
    if isinstance(edit.operation, OfStatement):
        return _Resolved(tree.statement(edit.span, edit.rule), edit)
    if not isinstance(edit.operation, MakeAsync):
        return _Resolved(tree.expression(edit.span, edit.rule), edit)
    if tree.has_statement(edit.span):
        return _Resolved(tree.statement(edit.span, edit.rule), edit)
    return _resolve_async(tree, edit)


def _resolve_async(tree: Tree, edit: Edit) -> _Resolved:
    """Find what becomes asynchronous by the expression that it runs over or enters."""
    place = tree.expression(edit.span, edit.rule)
    if isinstance(place.parent, ast.comprehension) and place.field == "iter":
        return _Resolved(place, edit)
    if isinstance(place.parent, ast.For | ast.AsyncFor) and place.field == "iter":
        return _Resolved(tree.place(place.parent), edit)
    if isinstance(place.parent, ast.withitem) and place.field == "context_expr":
        statement = tree.place(tree.place(place.parent).parent)
        return _Resolved(statement, edit, place.node)
    where = f"{edit.path}:{edit.span.line}"
    raise EditConflict(where, (edit.rule,), "nothing here can be made asynchronous")
