"""Classes of the program: their ancestors, what they inherit, where attributes are kept."""

from migrator.facts.catalog.framework import framework
from migrator.facts.externals import result_of
from migrator.facts.machine import Machine
from migrator.facts.slots import Slot
from migrator.facts.units import ClassUnit
from migrator.facts.values import NOTHING, External, Values
from migrator.index.hierarchy import linearize


def set_bases(machine: Machine, cls: ClassUnit, bases: tuple[Values, ...]) -> None:
    """Take what the base expressions of *cls* hold."""
    if bases == cls.base_values:
        return
    cls.base_values = bases
    for base in project_bases(cls):
        if cls not in base.subclasses:
            base.subclasses.append(cls)
    _forget_lineage(cls)
    machine.write(cls.bases, NOTHING.union(*bases))


def _forget_lineage(cls: ClassUnit) -> None:
    waiting, seen = [cls], {cls}
    while waiting:
        current = waiting.pop()
        current.lineage = current.foreign = None
        waiting.extend(below for below in current.subclasses if below not in seen)
        seen.update(current.subclasses)


def ancestors(machine: Machine, cls: ClassUnit) -> tuple[ClassUnit, ...]:
    """Return *cls* and its ancestors in the program, in the order in which Python searches."""
    machine.read(cls.bases)
    if cls.lineage is None:
        cls.lineage = linearize(cls, project_bases)
    return cls.lineage


def project_bases(cls: ClassUnit) -> tuple[ClassUnit, ...]:
    """Return the direct bases of *cls* in the program."""
    return tuple(b for values in cls.base_values for b in values if isinstance(b, ClassUnit))


def external_bases(machine: Machine, cls: ClassUnit) -> tuple[External, ...]:
    """Return the bases outside the program, of *cls* and of its ancestors."""
    if cls.foreign is None or cls.lineage is None:
        cls.foreign = tuple(
            base
            for ancestor in ancestors(machine, cls)
            for values in ancestor.base_values
            for base in values
            if isinstance(base, External)
        )
    return cls.foreign


def made_by_base(machine: Machine, cls: ClassUnit) -> External | None:
    """Return an instance of the foreign base that tells most about *cls*, if it has any."""
    best = None
    for base in external_bases(machine, cls):
        if base.name in framework().calls or base.member is not None:
            return result_of(machine, base)
        if best is None and base.name not in PLAIN_BASES:
            best = base
    return result_of(machine, best) if best else None


PLAIN_BASES = frozenset(
    {"abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol", "builtins.Exception"}
)
"""Foreign bases from which nothing comes that a migration looks at."""


def write_attribute(
    machine: Machine, cls: ClassUnit, slots: dict[str, Slot], name: str, values: Values
) -> None:
    """Add to an attribute of *cls* or of its instances, and tell its ancestors."""
    machine.write(slot_in(slots, name), values)
    for ancestor in ancestors(machine, cls):
        if ancestor is not cls:
            machine.write(slot_in(ancestor.below, name), values)


def slot_in(slots: dict[str, Slot], name: str) -> Slot:
    """Return the slot of *name*, made if need be."""
    slot = slots.get(name)
    if slot is None:
        slot = slots[name] = Slot()
    return slot


def class_attribute(machine: Machine, cls: ClassUnit, name: str) -> Values:
    """Return what ``cls.name`` holds before it is bound: the first in the order of search."""
    for ancestor in ancestors(machine, cls):
        values = machine.read(slot_in(ancestor.attributes, name))
        if values:
            return values
    return NOTHING
