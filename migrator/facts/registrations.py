"""Functions handed to code outside the program: noted with who takes them and where."""

import ast
from collections.abc import Iterator

from migrator.facts.attributes import instance_attribute
from migrator.facts.catalog.roles import roles
from migrator.facts.containers import contents
from migrator.facts.externals import made
from migrator.facts.loaders import note_user_loader
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
    Values,
)

RESPONSE_TAKERS = frozenset({Role.AFTER_REQUEST, Role.AFTER_THIS_REQUEST})


def hand_over(
    machine: Machine, values: Values, taker: External, node: ast.AST, *, wraps: bool = False
) -> None:
    """Note that *taker* gets *values*: it may call the functions among them.

    ``wraps`` says that *taker* is a decorator.
    """
    role = roles().role_of(taker, wraps=wraps)
    if role is not None and machine.is_new((values, taker, node)):
        for function in functions_in(machine, values):
            _note(machine, function, taker, role, node)


def functions_in(machine: Machine, values: Values, depth: int = 0) -> Iterator[FunctionUnit]:
    """Yield the functions that whoever holds *values* can call."""
    for value in values:
        match value:
            case FunctionUnit():
                yield value
            case Bound() | Unbinding() | GeneratorObject():
                yield value.function
            case Partial():
                yield from functions_in(machine, frozenset({value.target}), depth)
            case Instance():
                yield from _callable(machine, value)
            case Container() if depth == 0:
                yield from functions_in(machine, contents(machine, value), depth=1)
            case _:
                pass


def _callable(machine: Machine, instance: Instance) -> Iterator[FunctionUnit]:
    for method in instance_attribute(machine, instance, "__call__"):
        if isinstance(method, Bound):
            yield machine.method_of(method.function, instance)


def _note(
    machine: Machine, function: FunctionUnit, taker: External, role: Role, node: ast.AST
) -> None:
    if machine.current is None:
        return
    _give_parameters(machine, function, role, taker)
    note_user_loader(machine, function, taker)
    note = Registration(function, taker, role, node, machine.current)
    machine.registrations[note] = None
    site = function.site
    if isinstance(site, FunctionUnit) and site is not function:
        _note(machine, site, taker, role, node)


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
