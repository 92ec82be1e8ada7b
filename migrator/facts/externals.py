"""Attributes, results and elements of what stands outside the program."""

from migrator.facts.catalog.framework import Meaning, framework
from migrator.facts.kinds import Kind, Member
from migrator.facts.machine import Machine
from migrator.facts.values import NOTHING, External, Values

LONGEST_NAME = 14
"""Attributes and calls in a row after which a chain is no longer followed."""


def attribute_of(machine: Machine, owner: External, name: str) -> Values:
    """Return what ``owner.name`` may be."""
    held = NOTHING
    if owner.kind is not None:
        held = machine.read(machine.kind_slot(owner.kind, name))
        if held and Member(owner.kind, name) not in framework().attributes:
            return held
    key = f".{name}"
    if key not in owner.derived:
        owner.derived[key] = _make_attribute(machine, owner, name)
    derived = owner.derived[key]
    return held | {derived} if derived else held


def _make_attribute(machine: Machine, owner: External, name: str) -> External | None:
    if owner is machine.anything:
        return owner
    dotted = f"{owner.name}.{name}"
    if owner.kind is not None:
        return _make_member(machine, dotted, Member(owner.kind, name))
    if owner.callee is None and owner.member is None and "()" not in owner.name:
        return machine.external(dotted)
    return _make_part_of_result(machine, owner, dotted, name)


def _make_member(machine: Machine, dotted: str, member: Member) -> External:
    if member in framework().means:
        return machine.external(framework().means[member])
    return machine.external_of_kind(dotted, framework().attributes.get(member), member)


def _make_part_of_result(
    machine: Machine, owner: External, dotted: str, name: str
) -> External | None:
    if owner.callee is not None and owner.callee.name.endswith(f".{name}"):
        # A fluent chain, query.filter().filter(): the second is the first.
        return owner.callee
    if owner.name.endswith(f".{name}"):
        return owner
    if dotted.count(".") > LONGEST_NAME:
        return None
    return machine.external_of_kind(dotted, framework().by_ending(dotted), owner.member)


def made(machine: Machine, name: str) -> Values:
    """Return what calling the external thing *name* makes."""
    result = result_of(machine, machine.external(name))
    return frozenset({result}) if result else NOTHING


def result_of(machine: Machine, callee: External) -> External | None:
    """Return what calling *callee* makes."""
    if "()" not in callee.derived:
        callee.derived["()"] = _make_result(machine, callee)
    return callee.derived["()"]


def _make_result(machine: Machine, callee: External) -> External | None:
    if callee is machine.anything:
        return callee
    name = f"{callee.name}()"
    if name.endswith("()()()"):
        return callee
    meaning = _meaning_of_result(machine, callee)
    return machine.external_of_kind(name, meaning, callee.member, callee)


def _meaning_of_result(machine: Machine, callee: External) -> Meaning | None:
    if callee.name in machine.library_apps:
        return Meaning(Kind.APP)
    if callee.member is not None and callee.name.endswith(f".{callee.member.name}"):
        return framework().results.get(callee.member)
    return framework().calls.get(callee.name)


def element_of(machine: Machine, container: External) -> External | None:
    """Return what iterating or subscribing *container* gives."""
    if "[]" not in container.derived:
        container.derived["[]"] = _make_element(machine, container)
    return container.derived["[]"]


def _make_element(machine: Machine, container: External) -> External | None:
    if container.kind is not None:
        meaning = framework().elements.get(container.kind)
        if meaning is not None:
            return machine.external_of_kind(f"{container.name}[]", meaning)
    if container is machine.anything:
        return container
    if container.name.endswith("[]") or container.name.count(".") > LONGEST_NAME:
        return None
    return machine.external_of_kind(f"{container.name}[]", None, container.member)
