"""Keeps what one slot holds small, so that the inference stays near-linear.

A slot that gets more than can be followed keeps what tells most: framework objects and functions.
For many foreign objects stands ``anything``, for many instances an instance of their common
ancestor, for many containers the first ones, with the contents of all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from migrator.facts.slots import Slot
from migrator.facts.units import ClassUnit
from migrator.facts.values import Container, External, Instance, Values

MOST_VALUES = 40
"""A slot that gets more values than this is full: what it holds is no longer followed."""

MOST_OF_A_SORT = 8
"""A slot keeps this many foreign objects of no kind, containers, instances of one family."""


def narrow(
    slot: Slot,
    joined: Values,
    anything: External,
    open_instance: Callable[[ClassUnit], Instance],
) -> Values:
    """Return what *slot* keeps of *joined*, which includes what it holds."""
    if not slot.widened and not _many_of_a_sort(joined):
        return joined
    joined = _without_many_foreign(slot, joined, anything)
    joined = _without_many_instances(slot, joined, open_instance)
    return _without_many_containers(slot, joined)


def _many_of_a_sort(values: Values) -> bool:
    """Whether any sort may have too many: one walk, since most of the slots that grow have not."""
    foreign = instances = containers = 0
    for value in values:
        kind = value.__class__
        foreign += kind is External
        instances += kind is Instance
        containers += kind is Container
    return max(foreign, instances, containers) > MOST_OF_A_SORT


def _without_many_foreign(slot: Slot, joined: Values, anything: External) -> Values:
    foreign = {v for v in joined if isinstance(v, External) and v.kind is None}
    if len(foreign) <= MOST_OF_A_SORT:
        return joined
    held = foreign & slot.values
    new = sorted(foreign - held, key=lambda value: value.name)
    return (joined - foreign) | held | set(new[: MOST_OF_A_SORT - len(held)]) | {anything}


def _without_many_instances(
    slot: Slot, joined: Values, open_instance: Callable[[ClassUnit], Instance]
) -> Values:
    instances = [v for v in joined if isinstance(v, Instance) and v.site is None]
    if len(instances) <= MOST_OF_A_SORT and not slot.widened:
        return joined
    families: dict[ClassUnit, set[Instance]] = defaultdict(set)
    for instance in instances:
        families[instance.cls.lineage[-1]].add(instance)
    for root, family in families.items():
        if len(family) > MOST_OF_A_SORT or root in slot.widened:
            slot.widened |= {root}
            joined = (joined - family) | {open_instance(root)}
    return joined


def _without_many_containers(slot: Slot, joined: Values) -> Values:
    containers = {value for value in joined if isinstance(value, Container)}
    if len(containers) <= MOST_OF_A_SORT:
        return joined
    held = containers & slot.values
    new = sorted(containers - held, key=_serial)
    kept = held | set(new[: MOST_OF_A_SORT - len(held)])
    return (joined - containers) | kept


def _serial(container: Container) -> int:
    return container.serial


def poured(kept: Values, joined: Values) -> tuple[Container | None, Iterable[Container]]:
    """Return the container that takes the contents of those that were not kept, and these."""
    dropped = [value for value in joined - kept if isinstance(value, Container)]
    takers = [value for value in kept if isinstance(value, Container)]
    return (min(takers, key=_serial) if takers else None), dropped
