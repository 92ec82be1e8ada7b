"""What sets of values are, in the words of the facts: described once for each set."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.facts.attributes import loaded
from migrator.facts.classes import ancestors, made_by_base
from migrator.facts.kinds import Kind, Member
from migrator.facts.machine import ANYTHING, Machine
from migrator.facts.units import ClassUnit
from migrator.facts.values import (
    External,
    GeneratorObject,
    Instance,
    ManagerObject,
    Proxy,
    SuperRef,
    Value,
    Values,
)
from migrator.index.symbols import ClassId

_RUNNING = (GeneratorObject, Instance, ManagerObject, Proxy, SuperRef)


@dataclass(frozen=True, slots=True)
class Description:
    """What an expression is that may hold certain values.

    ``runs`` says that reading, entering or iterating over it may run functions of the program.
    """

    kinds: frozenset[Kind]
    names: frozenset[str]
    instances: frozenset[ClassId]
    runs: bool
    is_one: bool


def _names(machine: Machine, values: Values) -> Iterator[str]:
    for value in values:
        if isinstance(value, External) and value.name != ANYTHING:
            yield value.name
        elif isinstance(value, Proxy):
            yield from _results(loaded(machine, value))


def _results(values: Values) -> Iterator[str]:
    """Yield the names of what a call gave: a proxy is used as what its loader has made."""
    for value in values:
        if isinstance(value, External) and value.name.endswith("()"):
            yield value.name


class Describer:
    """Describes sets of values, each once."""

    def __init__(self, machine: Machine) -> None:
        """Start with nothing described."""
        self._machine = machine
        self._known: dict[Values, Description] = {}
        self._bases: dict[ClassUnit, External | None] = {}

    def describe(self, values: Values) -> Description:
        """Return what an expression is that may hold *values*."""
        known = self._known.get(values)
        if known is None:
            known = self._known[values] = Description(
                kinds=frozenset(kind for kind in map(self.kind_of, values) if kind),
                names=frozenset(_names(self._machine, values)),
                instances=frozenset(v.cls.cls.id for v in values if isinstance(v, Instance)),
                runs=any(isinstance(value, _RUNNING) for value in values),
                is_one=len(values) == 1,
            )
        return known

    def kind_of(self, value: Value) -> Kind | None:
        """Return the kind of *value*, if it is a framework object."""
        if isinstance(value, External):
            return value.kind
        if isinstance(value, Instance | SuperRef):
            base = self._base_of(value.cls)
            return base.kind if base is not None else None
        return None

    def _base_of(self, cls: ClassUnit) -> External | None:
        if cls not in self._bases:
            self._bases[cls] = made_by_base(self._machine, cls)
        return self._bases[cls]

    def members_of(self, receivers: Values, name: str) -> Iterator[tuple[Member, bool]]:
        """Yield the framework members that ``receiver.name`` reads, and whether it surely does."""
        found = {self.kind_of(value): None for value in receivers if not self._has_own(value, name)}
        kinds = [kind for kind in found if kind is not None]
        surely = len(kinds) == 1 and all(
            self.kind_of(value) and not self._has_own(value, name) for value in receivers
        )
        for kind in sorted(kinds):
            yield Member(kind, name), surely

    def _has_own(self, value: Value, name: str) -> bool:
        """Whether the program defines the attribute, rather than the framework."""
        if not isinstance(value, Instance | SuperRef):
            return False
        first = 1 if isinstance(value, SuperRef) else 0
        return any(
            name in slots and slots[name].values
            for ancestor in ancestors(self._machine, value.cls)[first:]
            for slots in (ancestor.attributes, ancestor.instance)
        )


def call_of(node: ast.AST, above: ast.AST) -> ast.Call | None:
    """Return the call whose callee *node* is; *above* is the node around it."""
    return above if isinstance(above, ast.Call) and above.func is node else None
