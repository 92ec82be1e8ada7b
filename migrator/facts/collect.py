"""Turns what the units recorded into the indexes of :class:`migrator.facts.model.Facts`."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from migrator.facts.describe import Describer, call_of
from migrator.facts.kinds import Kind, Member
from migrator.facts.machine import Machine
from migrator.facts.model import Use
from migrator.facts.values import NOTHING, Values, join
from migrator.index.symbols import ClassId
from migrator.source.span import Location

K = TypeVar("K")
Record = Mapping[ast.AST, Values]


@dataclass(frozen=True, slots=True)
class Indexes:
    """The indexes by node, and their inversions."""

    members: Mapping[Member, tuple[Use, ...]]
    stores: Mapping[Member, tuple[Use, ...]]
    names: Mapping[str, tuple[Use, ...]]
    kinds_at: Mapping[ast.AST, frozenset[Kind]]
    names_at: Mapping[ast.AST, frozenset[str]]
    instances_at: Mapping[ast.AST, frozenset[ClassId]]


@dataclass(frozen=True, slots=True)
class _Found:
    """The inversions while they are filled."""

    members: dict[Member, list[Use]] = field(default_factory=lambda: defaultdict(list))
    stores: dict[Member, list[Use]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))


def merged_record(machine: Machine) -> dict[ast.AST, Values]:
    """Return what each node held, in whatever context it was evaluated."""
    merged: dict[ast.AST, Values] = {}
    for unit in machine.units:
        for node, values in unit.record.items():
            held = merged.get(node)
            merged[node] = values if held is None else join(held, values)
    return merged


def build_indexes(machine: Machine, record: Record, describer: Describer) -> Indexes:
    """Build every index from the merged record."""
    found = _Found()
    kinds_at: dict[ast.AST, frozenset[Kind]] = {}
    names_at: dict[ast.AST, frozenset[str]] = {}
    instances_at: dict[ast.AST, frozenset[ClassId]] = {}
    for node, values in record.items():
        known = describer.describe(values)
        if known.kinds:
            kinds_at[node] = known.kinds
        if known.names:
            names_at[node] = known.names
        if known.instances:
            instances_at[node] = known.instances
        if isinstance(node, ast.Name | ast.Constant):
            _add_names(machine, node, known.names, found, certain=known.is_one)
        elif isinstance(node, ast.Attribute):
            _add_names(machine, node, known.names, found, certain=known.is_one)
            uses = found.members if isinstance(node.ctx, ast.Load) else found.stores
            receivers = record.get(node.value, NOTHING)
            _add_members(machine, node, node.attr, receivers, uses, describer)
        elif isinstance(node, ast.Call) and node in machine.hints:
            # The tests saw which function of Flask's it gives: getattr(flask, name).
            _add_names(machine, node, known.names, found, certain=known.is_one)
        elif isinstance(node, ast.Call) and (read := _read_by_getattr(record, node)):
            receiver, name = read
            _add_names(machine, node, known.names, found, certain=known.is_one)
            receivers = record.get(receiver, NOTHING)
            _add_members(machine, node, name, receivers, found.members, describer)
    return Indexes(
        members=_sorted(found.members),
        stores=_sorted(found.stores),
        # By name: in what order a set of names is walked differs from run to run.
        names=_sorted(dict(sorted(found.names.items()))),
        kinds_at=kinds_at,
        names_at=names_at,
        instances_at=instances_at,
    )


def _add_names(
    machine: Machine, node: ast.expr, names: frozenset[str], found: _Found, *, certain: bool
) -> None:
    if names:
        place = use(machine, node, certain=certain)
        for name in names:
            found.names[name].append(place)


def _read_by_getattr(record: Record, call: ast.Call) -> tuple[ast.expr, str] | None:
    """Return the object and the name in ``getattr(request, "form")``."""
    match call:
        case ast.Call(func=function, args=[receiver, ast.Constant(value=str() as name), *_]):
            held = record.get(function, NOTHING)
            is_getattr = {getattr(value, "name", "") for value in held} == {"builtins.getattr"}
            return (receiver, name) if is_getattr else None
        case _:
            return None


def _add_members(  # noqa: PLR0913, PLR0917  a place, what is read there, and where that is noted
    machine: Machine,
    node: ast.expr,
    name: str,
    receivers: Values,
    uses: dict[Member, list[Use]],
    describer: Describer,
) -> None:
    if not describer.describe(receivers).kinds:
        return
    for member, certain in describer.members_of(receivers, name):
        uses[member].append(use(machine, node, certain=certain))


def use(machine: Machine, node: ast.expr, *, certain: bool) -> Use:
    """Describe the place at which *node* stands."""
    program = machine.program
    call = call_of(node, program.parent[node])
    return Use(node, call, program.owner[node], location_of(machine, node), certain)


def location_of(machine: Machine, node: ast.expr | ast.stmt) -> Location:
    """Return where *node* stands."""
    program = machine.program
    return program.modules[program.module_of[node]].file.location(node)


def _sorted(uses: Mapping[K, Iterable[Use]]) -> dict[K, tuple[Use, ...]]:
    return {key: tuple(sorted(places, key=_place)) for key, places in uses.items()}


def _place(use: Use) -> tuple[str, int, int]:
    return use.location.path, use.location.span.line, use.location.span.column
