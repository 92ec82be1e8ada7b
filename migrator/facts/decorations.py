"""Which decorators stand on which functions, and what they are."""

import ast

from migrator.facts.machine import Machine
from migrator.facts.model import Decoration
from migrator.facts.units import Decorated, FunctionUnit
from migrator.facts.values import Bound, External, Maker, Partial, Value
from migrator.index.symbols import FunctionId


def find_decorations(machine: Machine) -> dict[FunctionId, tuple[Decoration, ...]]:
    """Return the decorators of each function, outermost first."""
    found: dict[FunctionId, dict[ast.expr, Decoration]] = {}
    for unit in machine.units:
        for node, decorated in unit.decorated.items():
            definition = decorated[0]
            if isinstance(definition, FunctionUnit):
                decoration = _decoration(node, definition, decorated)
                found.setdefault(definition.id, {})[node] = decoration
    return {function: tuple(sorted(each.values(), key=_place)) for function, each in found.items()}


def _place(decoration: Decoration) -> tuple[int, int]:
    return decoration.node.lineno, decoration.node.col_offset


def _decoration(node: ast.expr, definition: FunctionUnit, decorated: Decorated) -> Decoration:
    _, decorators, results = decorated
    targets = [_function(value) for value in decorators]
    wrappers = [_function(value) for value in results]
    own = definition.id
    external = {_name(value) for value in decorators if isinstance(value, External)}
    return Decoration(
        node=node,
        target=next((target for target in targets if target is not None), None),
        external=tuple(sorted(external)),
        wrapper=next((w for w in wrappers if w is not None and w != own), None),
    )


def _function(value: Value) -> FunctionId | None:
    if isinstance(value, Bound):
        value = value.function
    elif isinstance(value, Partial):
        value = value.target
    elif isinstance(value, Maker):
        value = value.caller
    return value.id if isinstance(value, FunctionUnit) else None


def _name(value: External) -> str:
    """Name a decorator: ``app.route`` for a member of the framework, else its dotted name."""
    return str(value.member) if value.member is not None else value.name.removesuffix("()")
