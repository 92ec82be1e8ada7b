"""What ``with`` binds: the value of entering a context manager."""

from migrator.facts.attributes import instance_attribute
from migrator.facts.catalog.framework import framework
from migrator.facts.externals import attribute_of, result_of
from migrator.facts.kinds import Member
from migrator.facts.machine import Machine
from migrator.facts.values import (
    NOTHING,
    Bound,
    External,
    Instance,
    ManagerObject,
    Value,
    Values,
    join,
)


def entered(machine: Machine, values: Values) -> Values:
    """Return what ``with values as …`` binds."""
    found = NOTHING
    for value in values:
        found = join(found, _enter(machine, value))
    return found


def _enter(machine: Machine, value: Value) -> Values:
    match value:
        case ManagerObject():
            return machine.read(value.function.yields)
        case Instance():
            return _enter_instance(machine, value)
        case External():
            return _enter_external(machine, value)
        case _:
            return NOTHING


def _enter_instance(machine: Machine, instance: Instance) -> Values:
    found = NOTHING
    for name in ("__enter__", "__aenter__"):
        for method in instance_attribute(machine, instance, name):
            if isinstance(method, Bound):
                found = join(found, machine.read(method.function.returns))
            elif isinstance(method, External):
                return frozenset({instance})
    return found or frozenset({instance})


def _enter_external(machine: Machine, value: External) -> Values:
    if value.kind is None or Member(value.kind, "__enter__") not in framework().results:
        # Files, connections and sessions enter as themselves.
        return frozenset({value})
    found = NOTHING
    for method in attribute_of(machine, value, "__enter__"):
        result = result_of(machine, method) if isinstance(method, External) else None
        found = join(found, frozenset({result})) if result else found
    return found
