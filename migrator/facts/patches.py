"""What the tests replace: ``monkeypatch.setattr``, ``mock.patch``, assignment to a module."""

import ast
from collections.abc import Iterator, Mapping

from migrator.facts.attributes import by_dotted_name, get_attribute
from migrator.facts.collect import location_of
from migrator.facts.machine import Machine
from migrator.facts.model import EntryPoint, Role
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Bound,
    External,
    Instance,
    ModuleRef,
    Property,
    Unbinding,
    Value,
    Values,
)
from migrator.index.symbols import FunctionId

PATCHERS = (
    "monkeypatch.setattr",
    "MonkeyPatch().setattr",
    "mock.patch",
    "mock.patch.object",
    "mocker.patch",
    "mocker.patch.object",
)
"""How the names of functions end that replace what stands under a name."""


def find_patches(
    machine: Machine, record: Mapping[ast.AST, Values]
) -> Iterator[tuple[FunctionId, EntryPoint]]:
    """Yield the functions that tests replace, each with the place that does."""
    if not any(module.is_test for module in machine.program.modules.values()):
        return
    for node in record:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from _entries(machine, node, _assigned(machine, node, record), "assignment")
        elif isinstance(node, ast.expr):
            above = machine.program.parent[node]
            if isinstance(above, ast.Call) and above.func is node:
                yield from _patching_call(machine, above, record)


def _patching_call(
    machine: Machine, node: ast.Call, record: Mapping[ast.AST, Values]
) -> Iterator[tuple[FunctionId, EntryPoint]]:
    for callee in record[node.func]:
        if isinstance(callee, External) and callee.name.endswith(PATCHERS):
            yield from _entries(machine, node, _patched(machine, node, record), callee.name)


def _entries(
    machine: Machine, node: ast.expr, replaced: Values, via: str
) -> Iterator[tuple[FunctionId, EntryPoint]]:
    program = machine.program
    if not replaced or not program.modules[program.module_of[node]].is_test:
        return
    for value in replaced:
        function = _function(value)
        if function is not None and not function.module.is_test:
            place = location_of(machine, node)
            yield function.id, EntryPoint(Role.PATCHED_BY_TESTS, place, via)


def _assigned(machine: Machine, node: ast.Attribute, record: Mapping[ast.AST, Values]) -> Values:
    receivers = record.get(node.value, NOTHING)
    owned = frozenset(v for v in receivers if isinstance(v, ModuleRef | ClassUnit | Instance))
    return get_attribute(machine, owned, node.attr)


def _patched(machine: Machine, node: ast.Call, record: Mapping[ast.AST, Values]) -> Values:
    match node.args:
        case [ast.Constant(value=str(name)), *_]:
            return by_dotted_name(machine, name)
        case [target, ast.Constant(value=str(name)), *_]:
            return get_attribute(machine, record.get(target, NOTHING), name)
        case _:
            return NOTHING


def _function(value: Value) -> FunctionUnit | None:
    match value:
        case FunctionUnit():
            return value.site if isinstance(value.site, FunctionUnit) else value
        case Bound() | Unbinding():
            return value.function
        case Property():
            return value.getter
        case _:
            return None
