"""Classes of the program: their ancestors, what they inherit, where attributes are kept."""

from collections.abc import Iterator

from migrator.facts.catalog.framework import framework
from migrator.facts.externals import result_of
from migrator.facts.machine import Machine
from migrator.facts.slots import Slot
from migrator.facts.units import ClassUnit, Visible
from migrator.facts.values import NOTHING, External, Values


def set_bases(machine: Machine, cls: ClassUnit, bases: tuple[Values, ...]) -> None:
    """Take what the base expressions of *cls* hold."""
    if bases == cls.base_values:
        return
    cls.base_values = bases
    for base in cls.project_bases():
        if cls not in base.subclasses:
            base.subclasses.append(cls)
    below = list(descendants(cls))
    for each in below:
        each.forget_lineage()
    for each in below:
        # Whoever asked for the ancestors asks again.
        machine.write(each.bases, NOTHING.union(*bases))
        _note_class_of_proxy(machine, each)
        for name in each.visible:
            refresh(machine, each, name)


def _note_class_of_proxy(machine: Machine, cls: ClassUnit) -> None:
    """Remember a class for requests, responses or apps: what Flask gives may be one of it."""
    for base in cls.foreign:
        if base.name in _PROXIES:
            machine.write(machine.named_slot("class", _PROXIES[base.name]), frozenset({cls}))


_PROXIES = {
    "flask.Flask": "flask.current_app",
    "flask.app.Flask": "flask.current_app",
    "flask.Request": "flask.request",
    "flask.wrappers.Request": "flask.request",
    "flask.Response": "flask.Response",
    "flask.wrappers.Response": "flask.Response",
}


def descendants(cls: ClassUnit) -> Iterator[ClassUnit]:
    """Yield *cls* and all classes below it."""
    waiting, seen = [cls], {cls}
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(below for below in current.subclasses if below not in seen)
        seen.update(current.subclasses)


def ancestors(machine: Machine, cls: ClassUnit) -> tuple[ClassUnit, ...]:
    """Return *cls* and its ancestors in the program, in the order in which Python searches."""
    machine.read(cls.bases)
    return cls.lineage


def external_bases(machine: Machine, cls: ClassUnit) -> tuple[External, ...]:
    """Return the bases outside the program, of *cls* and of its ancestors."""
    machine.read(cls.bases)
    return cls.foreign


def made_by_base(machine: Machine, cls: ClassUnit) -> External | None:
    """Return an instance of the foreign base that tells most about *cls*, if it has any."""
    base = telling_base(machine, cls)
    return result_of(machine, base) if base else None


def telling_base(machine: Machine, cls: ClassUnit) -> External | None:
    """Return the foreign base that tells most about *cls*: Flask's, a mapper's, the first."""
    bases = [base for base in external_bases(machine, cls) if base.name not in PLAIN_BASES]
    for tells in (_is_of_framework, is_of_mapper):
        found = next((base for base in bases if tells(base)), None)
        if found is not None:
            return found
    return bases[0] if bases else None


def _is_of_framework(base: External) -> bool:
    return base.name in framework().calls or base.member is not None


def is_of_mapper(base: External) -> bool:
    """Whether *base* is a class of an object-relational mapper."""
    return base.name.startswith(MAPPERS)


MAPPERS = (
    "flask_mongoengine.",
    "flask_sqlalchemy.",
    "mongoengine.",
    "peewee.",
    "playhouse.",
    "sqlalchemy.",
    "sqlmodel.",
)
"""Where the classes come from whose instances are rows of a database."""

PLAIN_BASES = frozenset(
    {"abc.ABC", "builtins.object", "typing.Generic", "typing.Protocol", "builtins.Exception"}
)
"""Foreign bases from which nothing comes that a migration looks at."""


def write_attribute(
    machine: Machine, cls: ClassUnit, slots: dict[str, Slot], name: str, values: Values
) -> None:
    """Add to an attribute of *cls* or of its instances, and tell those who see it."""
    if not machine.write(slot_in(slots, name), values):
        return
    for below in descendants(cls):
        if name in below.visible:
            refresh(machine, below, name)
    for above in cls.lineage[1:]:
        if name in above.visible:
            machine.write(above.visible[name].below, values)


def slot_in(slots: dict[str, Slot], name: str) -> Slot:
    """Return the slot of *name*, made if need be."""
    slot = slots.get(name)
    if slot is None:
        slot = slots[name] = Slot()
    return slot


def visible(machine: Machine, cls: ClassUnit, name: str) -> Visible:
    """Return what is seen of the attribute *name* through *cls*."""
    seen = cls.visible.get(name)
    if seen is None:
        seen = cls.visible[name] = Visible(Slot(), Slot(), Slot())
        refresh(machine, cls, name)
        for below in descendants(cls):
            if below is not cls:
                machine.write(seen.below, _own(below.attributes, name))
                machine.write(seen.below, _own(below.instance, name))
    return seen


def refresh(machine: Machine, cls: ClassUnit, name: str) -> None:
    """Bring what is seen of *name* through *cls* up to date."""
    seen = cls.visible[name]
    for ancestor in cls.lineage:
        machine.write(seen.held, _own(ancestor.instance, name))
    for ancestor in cls.lineage:
        inherited = _own(ancestor.attributes, name)
        if inherited:
            machine.write(seen.inherited, inherited)
            return


def _own(slots: dict[str, Slot], name: str) -> Values:
    slot = slots.get(name)
    return NOTHING if slot is None else slot.values


def class_attribute(machine: Machine, cls: ClassUnit, name: str) -> Values:
    """Return what ``cls.name`` holds before it is bound: the first in the order of search."""
    return machine.read(visible(machine, cls, name).inherited)
