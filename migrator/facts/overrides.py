"""Override groups: methods that one call may run in place of each other."""

from migrator.facts.classes import ancestors
from migrator.facts.machine import Machine
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import Property, Unbinding, Values
from migrator.index.hierarchy import override_groups
from migrator.index.symbols import FunctionId

_NEVER = frozenset({"__init__", "__new__", "__init_subclass__"})


def find_overrides(machine: Machine) -> dict[FunctionId, frozenset[FunctionId]]:
    """Return for each method that overrides or is overridden its whole group, itself included."""
    lineage = {cls: ancestors(machine, cls) for cls in machine.classes}
    methods = {cls: _methods(cls) for cls in machine.classes}
    return override_groups(lineage, methods)


def _methods(cls: ClassUnit) -> dict[str, FunctionId]:
    found: dict[str, FunctionId] = {}
    for name, slot in cls.attributes.items():
        method = _method(slot.values)
        if method is not None and name not in _NEVER:
            found[name] = method.id
    return found


def _method(values: Values) -> FunctionUnit | None:
    for value in values:
        match value:
            case FunctionUnit():
                return value.site if isinstance(value.site, FunctionUnit) else value
            case Property():
                return value.getter
            case Unbinding():
                return value.function
            case _:
                pass
    return None
