"""What moving and removing names makes of one import statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from migrator.edits.edit import ExpandStar, ImportOperation, MoveImport, RemoveImport
from migrator.edits.import_statements import ImportStatement, Name, in_order_of, parse_import
from migrator.edits.misfit import Misfit


def moved(
    statement: ImportStatement, operations: Sequence[ImportOperation]
) -> tuple[ImportStatement, ...]:
    """Return the statements that *statement* becomes: what is left of it first.

    Raises :exc:`Misfit` where the operations contradict each other or the statement.
    """
    statement = _expanded(statement, operations)
    goals = _goals(statement, operations)
    stays = _staying(statement, operations, goals.keys())
    if statement.module is None:
        return _modules_moved(statement, goals, stays)
    groups: dict[str, list[Name]] = {}
    for name in statement.names:
        if name.name in stays:
            groups.setdefault(statement.module, []).append(name)
        if name.name in goals:
            module, new_name = goals[name.name]
            groups.setdefault(module, []).append(name.renamed(new_name))
    own = groups.pop(statement.module, [])
    ordered = ([(statement.module, own)] if own else []) + sorted(groups.items())
    return tuple(
        replace(
            statement.from_module(module),
            names=in_order_of(statement.names, names),
            comment="" if number else statement.comment,
        )
        for number, (module, names) in enumerate(ordered)
    )


def _expanded(statement: ImportStatement, operations: Iterable[ImportOperation]) -> ImportStatement:
    """Put names in the place of a star."""
    wanted = sorted({it for op in operations if isinstance(op, ExpandStar) for it in op.names})
    if not wanted:
        return statement
    if [name.name for name in statement.names] != ["*"]:
        raise Misfit("the statement does not import `*`")
    explicit = parse_import(f"from {statement.module} import {', '.join(wanted)}")
    ordered = in_order_of((), explicit.names)
    return replace(explicit, names=ordered, comment=statement.comment)


def _modules_moved(
    statement: ImportStatement, goals: Mapping[str, tuple[str, str]], stays: set[str]
) -> tuple[ImportStatement, ...]:
    """Do it to ``import a, b``, where a name is a module."""
    renamed = [
        name.renamed(goals[name.name][1]) if name.name in goals else name
        for name in statement.names
        if name.name in goals or name.name in stays
    ]
    kept = [name for name in statement.names if name.name in goals and name.name in stays]
    made = [replace(statement, names=tuple(renamed))] if renamed else []
    return (*made, *(replace(statement, names=(name,), comment="") for name in kept))


def _goals(
    statement: ImportStatement, operations: Iterable[ImportOperation]
) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    imported = {name.name for name in statement.names}
    for operation in operations:
        if not isinstance(operation, MoveImport):
            continue
        for old, new in operation.names:
            goal = (operation.target, new)
            if old not in imported:
                raise Misfit(f"the statement does not import {old!r}")
            if found.setdefault(old, goal) != goal:
                raise Misfit(f"{old!r} would be imported from two modules")
    return found


def _staying(
    statement: ImportStatement, operations: Iterable[ImportOperation], moving: Iterable[str]
) -> set[str]:
    imported = {name.name for name in statement.names}
    stays = imported.difference(moving)
    for operation in operations:
        if isinstance(operation, RemoveImport):
            stays.difference_update(operation.names)
    kept = [operation.keep for operation in operations if isinstance(operation, MoveImport)]
    return stays.union(*kept) & imported
