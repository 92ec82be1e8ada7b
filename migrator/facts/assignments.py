"""Binding values to targets: names, attributes, items, and tuples of them."""

import ast
from collections.abc import Callable

from migrator.facts.attributes import set_attribute
from migrator.facts.containers import elements_of, item_of, set_item
from migrator.facts.frame import Frame, literal
from migrator.facts.registrations import hand_over
from migrator.facts.values import NOTHING, Container, External, Value, Values, join

Evaluate = Callable[[Frame, ast.AST], Values]


def assign(
    frame: Frame,
    target: ast.expr,
    values: Values,
    evaluate: Evaluate,
    source: ast.expr | None = None,
) -> None:
    """Assign *values* to *target*; *source* is the expression they come from, if it is known."""
    match target:
        case ast.Name():
            frame.bind(target.id, values)
        case ast.Attribute():
            frame.record[target] = values
            for receiver in evaluate(frame, target.value):
                _store(frame, receiver, target, values)
        case ast.Subscript():
            key = literal(target.slice)
            evaluate(frame, target.slice)
            for receiver in evaluate(frame, target.value):
                _store_item(frame, receiver, key, values, target)
        case ast.Tuple() | ast.List():
            _unpack(frame, target.elts, values, evaluate, source)
        case ast.Starred():
            assign(frame, target.value, values, evaluate)
        case _:
            pass


def _unpack(
    frame: Frame,
    targets: list[ast.expr],
    values: Values,
    evaluate: Evaluate,
    source: ast.expr | None,
) -> None:
    if isinstance(source, ast.Tuple | ast.List) and _fit(targets, source.elts):
        held = [frame.record.get(element, NOTHING) for element in source.elts]
        for target, part, element in zip(targets, held, source.elts, strict=True):
            assign(frame, target, part, evaluate, element)
        return
    for index, target in enumerate(targets):
        if isinstance(target, ast.Starred):
            assign(frame, target, values, evaluate)
        else:
            assign(frame, target, _at(frame, values, index), evaluate)


def _fit(targets: list[ast.expr], sources: list[ast.expr]) -> bool:
    starred = any(isinstance(part, ast.Starred) for part in (*targets, *sources))
    return len(targets) == len(sources) and not starred


def _at(frame: Frame, values: Values, index: int) -> Values:
    found = NOTHING
    for value in values:
        if isinstance(value, Container):
            found = join(found, item_of(frame.machine, value, index))
        else:
            found = join(found, elements_of(frame.machine, frozenset({value})))
    return found


def _store(frame: Frame, receiver: Value, target: ast.Attribute, values: Values) -> None:
    set_attribute(frame.machine, receiver, target.attr, values)
    if isinstance(receiver, External) and values:
        for taker in _takers(frame, receiver, target.attr):
            hand_over(frame.machine, values, taker, target)


def _takers(frame: Frame, receiver: External, name: str) -> list[External]:
    # login_manager.unauthorized_callback = f: the library will call it.
    if receiver.kind is not None or "()" not in receiver.name:
        return []
    return [frame.machine.external(f"{receiver.name}.{name}")]


def _store_item(
    frame: Frame, receiver: Value, key: int | str | None, values: Values, node: ast.Subscript
) -> None:
    if isinstance(receiver, Container):
        set_item(frame.machine, receiver, key, values)
    elif isinstance(receiver, External) and values:
        hand_over(frame.machine, values, receiver, node)
        if receiver.member is not None and isinstance(key, str):
            kept = frame.machine.kind_slot(receiver.member.kind, f"{receiver.member.name}[{key}]")
            frame.machine.write(kept, values)
