"""What Quart made awaitable, by Flask's classes and functions: from ``flask_to_quart.json``."""

from collections.abc import Mapping
from functools import cache

from migrator.facts.catalog.flask_to_quart import Change, changes
from migrator.facts.catalog.framework import framework
from migrator.facts.kinds import Kind, Member


@cache
def awaitable_functions() -> tuple[str, ...]:
    """Return the functions, as ``flask.render_template``."""
    return tuple(name for name in _awaitable() if name.count(".") == 1)


@cache
def awaitable_members() -> Mapping[str, tuple[str, ...]]:
    """Map each class whose objects have a kind to its awaitable members.

    Other classes of the same kind, as ``werkzeug.test.Client``, have the same; they come last.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name in _awaitable():
        cls, _, member = name.rpartition(".")
        if kind_of_class(cls):
            found[cls] = (*found.get(cls, ()), member)
    by_kind = {kind_of_class(cls): names for cls, names in found.items()}
    others = {name: by_kind.get(meaning.kind) for name, meaning in framework().calls.items()}
    return found | {name: names for name, names in others.items() if names and name not in found}


def kind_of_class(name: str) -> Kind | None:
    """Return the kind of the instances of a class of Flask's, by its dotted name."""
    meaning = framework().calls.get(name)
    return meaning.kind if meaning else None


def as_member(cls: str, name: str) -> Member | None:
    """Return the awaitable member *name* of *cls* as the facts name it, if it is one."""
    kind = kind_of_class(cls)
    return Member(kind, name) if kind and name in awaitable_members().get(cls, ()) else None


def _awaitable() -> list[str]:
    return [name for name, change in changes().items() if change is Change.AWAITABLE]
