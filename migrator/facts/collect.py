"""Turns what the units recorded into the indexes of :class:`migrator.facts.model.Facts`."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from migrator.facts.classes import ancestors, made_by_base
from migrator.facts.kinds import Kind, Member
from migrator.facts.machine import Machine
from migrator.facts.model import Use
from migrator.facts.units import ClassUnit
from migrator.facts.values import NOTHING, External, Instance, Value, Values, join
from migrator.index.symbols import ClassId
from migrator.source.span import Location

Uses = Mapping[str, tuple[Use, ...]]
MemberUses = Mapping[Member, tuple[Use, ...]]
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Indexes:
    """The indexes by node, and their inversions."""

    members: MemberUses
    stores: MemberUses
    names: Uses
    kinds_at: Mapping[ast.AST, frozenset[Kind]]
    names_at: Mapping[ast.AST, frozenset[str]]
    instances_at: Mapping[ast.AST, frozenset[ClassId]]


def merged_record(machine: Machine) -> dict[ast.AST, Values]:
    """Return what each node held, in whatever context it was evaluated."""
    merged: dict[ast.AST, Values] = {}
    for unit in machine.units:
        for node, values in unit.record.items():
            held = merged.get(node)
            merged[node] = values if held is None else join(held, values)
    return merged


def build_indexes(machine: Machine, record: Mapping[ast.AST, Values]) -> Indexes:
    """Build every index from the merged record."""
    kinds = KindTable(machine)
    members: dict[Member, list[Use]] = defaultdict(list)
    stores: dict[Member, list[Use]] = defaultdict(list)
    names: dict[str, list[Use]] = defaultdict(list)
    kinds_at: dict[ast.AST, frozenset[Kind]] = {}
    names_at: dict[ast.AST, frozenset[str]] = {}
    instances_at: dict[ast.AST, frozenset[ClassId]] = {}
    for node, values in record.items():
        found = kinds.kinds_of(values)
        if found:
            kinds_at[node] = found
        named = frozenset(value.name for value in values if isinstance(value, External))
        if named:
            names_at[node] = named
        instances = frozenset(v.cls.cls.id for v in values if isinstance(v, Instance))
        if instances:
            instances_at[node] = instances
        if isinstance(node, ast.Attribute):
            loads = isinstance(node.ctx, ast.Load)
            receivers = record.get(node.value, NOTHING)
            for member, certain in kinds.members_of(receivers, node.attr):
                (members if loads else stores)[member].append(use(machine, node, certain=certain))
        if isinstance(node, ast.Name | ast.Attribute | ast.Constant):
            certain = len(values) == 1
            for name in named:
                names[name].append(use(machine, node, certain=certain))
    return Indexes(
        members=_sorted(members),
        stores=_sorted(stores),
        names=_sorted(names),
        kinds_at=kinds_at,
        names_at=names_at,
        instances_at=instances_at,
    )


def use(machine: Machine, node: ast.expr, *, certain: bool) -> Use:
    """Describe the place at which *node* stands."""
    program = machine.program
    above = program.parent[node]
    call = above if isinstance(above, ast.Call) and above.func is node else None
    return Use(node, call, program.owner[node], location_of(machine, node), certain)


def location_of(machine: Machine, node: ast.expr | ast.stmt) -> Location:
    """Return where *node* stands."""
    program = machine.program
    return program.modules[program.module_of[node]].file.location(node)


class KindTable:
    """Kinds of values; those of classes of the program are looked up once."""

    def __init__(self, machine: Machine) -> None:
        """Start empty."""
        self._machine = machine
        self._of_class: dict[ClassUnit, External | None] = {}

    def kinds_of(self, values: Values) -> frozenset[Kind]:
        """Return the kinds among *values*."""
        kinds = {self.kind_of(value) for value in values}
        return frozenset(kind for kind in kinds if kind is not None)

    def kind_of(self, value: Value) -> Kind | None:
        """Return the kind of *value*, if it is a framework object."""
        if isinstance(value, External):
            return value.kind
        if isinstance(value, Instance):
            base = self.base_of(value.cls)
            return base.kind if base is not None else None
        return None

    def base_of(self, cls: ClassUnit) -> External | None:
        """Return an instance of the foreign base of *cls*."""
        if cls not in self._of_class:
            self._of_class[cls] = made_by_base(self._machine, cls)
        return self._of_class[cls]

    def _has_own(self, value: Value, name: str) -> bool:
        """Whether the program defines the attribute, rather than the framework."""
        if not isinstance(value, Instance):
            return False
        return any(
            name in slots and slots[name].values
            for ancestor in ancestors(self._machine, value.cls)
            for slots in (ancestor.attributes, ancestor.instance)
        )

    def members_of(self, receivers: Values, name: str) -> Iterator[tuple[Member, bool]]:
        """Yield the framework members that ``receiver.name`` reads, and whether it surely does."""
        kinds = self.kinds_of(frozenset(v for v in receivers if not self._has_own(v, name)))
        if not kinds:
            return
        surely = len(kinds) == 1 and all(
            self.kind_of(value) and not self._has_own(value, name) for value in receivers
        )
        for kind in sorted(kinds):
            yield Member(kind, name), surely


def _sorted(uses: Mapping[K, Iterable[Use]]) -> dict[K, tuple[Use, ...]]:
    return {key: tuple(sorted(places, key=_place)) for key, places in uses.items()}


def _place(use: Use) -> Location:
    return use.location
