"""Functions handed to code outside the program: noted with who takes them and where."""

import ast

from migrator.facts.attributes import instance_attribute
from migrator.facts.catalog.roles import roles
from migrator.facts.externals import made
from migrator.facts.machine import Machine
from migrator.facts.model import Role
from migrator.facts.registered import Registration
from migrator.facts.units import FunctionUnit
from migrator.facts.values import (
    Bound,
    Container,
    External,
    GeneratorObject,
    Instance,
    Partial,
    Unbinding,
    Value,
    Values,
)

RESPONSE_TAKERS = frozenset({Role.AFTER_REQUEST, Role.AFTER_THIS_REQUEST})


def hand_over(machine: Machine, values: Values, taker: External, node: ast.AST) -> None:
    """Note that *taker* gets *values*: it may call the functions among them."""
    for value in values:
        _hand_over_one(machine, value, taker, node, depth=0)


def _hand_over_one(
    machine: Machine, value: Value, taker: External, node: ast.AST, depth: int
) -> None:
    match value:
        case FunctionUnit():
            _note(machine, value, taker, node)
        case Bound() | Unbinding() | GeneratorObject():
            _note(machine, value.function, taker, node)
        case Partial():
            _hand_over_one(machine, value.target, taker, node, depth)
        case Instance():
            for method in instance_attribute(machine, value, "__call__"):
                if isinstance(method, Bound):
                    _note(machine, method.function, taker, node)
        case Container() if depth == 0:
            slots = [value.elements, *value.items.values()]
            for inner in frozenset().union(*(machine.read(slot) for slot in slots)):
                _hand_over_one(machine, inner, taker, node, depth=1)
        case _:
            pass


def _note(machine: Machine, function: FunctionUnit, taker: External, node: ast.AST) -> None:
    role = roles().role_of(taker)
    if role is None or machine.current is None:
        return
    _give_parameters(machine, function, role, taker)
    note = Registration(function, taker, role, node, machine.current)
    machine.registrations[note] = None
    site = function.site
    if isinstance(site, FunctionUnit) and site is not function:
        _note(machine, site, taker, node)


def _give_parameters(machine: Machine, function: FunctionUnit, role: Role, taker: External) -> None:
    """Let what the framework passes reach the parameters."""
    names = function.positional[1 if function.owner else 0 :]
    if role in RESPONSE_TAKERS and names:
        machine.write(function.slot(names[0]), made(machine, "flask.Response"))
    elif role is Role.SIGNAL_RECEIVER and names:
        machine.write(function.slot(names[0]), made(machine, "flask.Flask"))
    elif taker.member is not None and taker.member.name in {"record", "record_once"} and names:
        state = made(machine, "flask.blueprints.BlueprintSetupState")
        machine.write(function.slot(names[0]), state)
