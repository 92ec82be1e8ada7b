"""Decorators from outside the project: which leave a function alone, and which hide it."""

from migrator.coloring.barriers import Barrier, Obstacle, is_called_by_extension, is_served
from migrator.coloring.colors import Link
from migrator.facts.kinds import Kind
from migrator.facts.model import Decoration, Facts
from migrator.index.symbols import FunctionId

_NEUTRAL = (
    "flask.",
    "quart.",
    "staticmethod",
    "classmethod",
    "builtins.",
    "functools.wraps",
    "abc.",
    "typing.",
    "typing_extensions.",
    *(f"{kind.value}." for kind in Kind),
)
"""Decorators that register a function, or mark it, and hand it back as it is."""


def hidden_behind(facts: Facts, name: FunctionId) -> Obstacle | None:
    """Return the decorator that makes something of *name* that cannot be awaited.

    Over a view or a callback no such decorator is a barrier: ``as_sync`` goes below it.
    """
    if is_served(facts.entry_points.get(name, ())):
        return None
    foreign = _foreign(facts, name)
    if foreign is None:
        return None
    by = ", ".join(foreign.external) or "a decorator that could not be resolved"
    location = facts.program.modules[facts.program.functions[name].module].file.location(
        foreign.node
    )
    text = f"decorated by `{by}`, whose result is not known to pass a coroutine on"
    return Obstacle(Barrier.OPAQUE_DECORATOR, Link(location, text))


def wants_as_sync(facts: Facts, name: FunctionId) -> bool:
    """Whether *name*, if async, is called by synchronous code of a library."""
    entries = facts.entry_points.get(name, ())
    if is_called_by_extension(entries):
        return True
    return is_served(entries) and _foreign(facts, name) is not None


def _foreign(facts: Facts, name: FunctionId) -> Decoration | None:
    """Return the innermost decorator that is neither of the project nor of the framework."""
    for decoration in reversed(facts.decorations.get(name, ())):
        if decoration.target is None and not _is_neutral(decoration):
            return decoration
    return None


def _is_neutral(decoration: Decoration) -> bool:
    return bool(decoration.external) and all(
        name.startswith(_NEUTRAL) for name in decoration.external
    )
