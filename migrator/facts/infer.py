"""Infers what a program's expressions hold, by abstract interpretation of all of it."""

import ast
from collections.abc import Mapping

from migrator.facts.callsites import find_call_sites
from migrator.facts.classes import external_bases
from migrator.facts.collect import build_indexes, merged_record
from migrator.facts.decorations import find_decorations
from migrator.facts.describe import Describer
from migrator.facts.entrypoints import find_entry_points
from migrator.facts.evidence import Hint
from migrator.facts.generator_form import sources
from migrator.facts.generators import find_generators
from migrator.facts.machine import Machine
from migrator.facts.model import Facts, Overflow
from migrator.facts.overrides import find_overrides
from migrator.facts.run_units import reach_fixpoint
from migrator.facts.units import FunctionUnit
from migrator.index.symbols import ClassId, Program
from migrator.source.span import Location, Span


def infer(
    program: Program,
    hints: Mapping[ast.AST, Hint] | None = None,
    library_apps: frozenset[str] = frozenset(),
) -> Facts:
    """Return the facts of *program*, given *hints*; what blocks in it is found later.

    *library_apps* are the classes and functions of libraries that make apps of Flask.
    """
    machine = Machine(program, hints or {}, library_apps)
    reach_fixpoint(machine)
    record = merged_record(machine)
    describer = Describer(machine)
    indexes = build_indexes(machine, record, describer)
    calls, callers = find_call_sites(machine, record, describer)
    overrides = find_overrides(machine)
    generators = find_generators(machine, record, overrides)
    return Facts(
        program=program,
        members=indexes.members,
        names=indexes.names,
        kinds_at=indexes.kinds_at,
        names_at=indexes.names_at,
        calls=calls,
        callers=callers,
        entry_points=find_entry_points(machine, record, calls, indexes),
        decorations=find_decorations(machine),
        overrides=overrides,
        bases=_bases(machine),
        blocking={},
        overflows=_overflows(machine),
        instances_at=indexes.instances_at,
        stores=indexes.stores,
        generators=generators,
        sources={name: sources(program, record, name) for name in generators},
        library_apps=library_apps,
    )


def _bases(machine: Machine) -> dict[ClassId, frozenset[str]]:
    bases: dict[ClassId, frozenset[str]] = {}
    for cls in machine.classes:
        names = frozenset(base.name for base in external_bases(machine, cls))
        bases[cls.cls.id] = bases.get(cls.cls.id, frozenset()) | names
    return bases


def _overflows(machine: Machine) -> tuple[Overflow, ...]:
    found = []
    for unit, message in machine.overflows.items():
        span = unit.function.span if isinstance(unit, FunctionUnit) else Span(1, 0, 1, 0)
        found.append(Overflow(Location(unit.module.file.path, span), message))
    return tuple(sorted(found, key=lambda overflow: overflow.location))
