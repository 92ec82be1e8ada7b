"""Decorators from outside the project: which leave a function alone, and which hide it."""

import ast

from migrator.coloring.barriers import Barrier, Obstacle, is_called_by_extension, is_served
from migrator.coloring.colors import Link
from migrator.facts.catalog.roles import roles
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

_PASSING = frozenset(
    {
        "auth_required", "auth_token_required", "cached", "cross_origin", "exempt",
        "fresh_login_required", "http_auth_required", "jwt_required", "limit", "login_required",
        "memoize", "permissions_accepted", "permissions_required", "require", "roles_accepted",
        "roles_required", "shared_limit", "token_required",
    }
)  # fmt: skip
"""Decorators that take any response: they pass it on, or have Flask make one of it."""


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


def wants_as_sync(
    facts: Facts, name: FunctionId, replaced: frozenset[ast.AST] = frozenset()
) -> bool:
    """Whether *name*, if async, is called by synchronous code of a library.

    Code of the library does not call it where its decorator is *replaced* by one of Quart's.
    """
    if any(decoration.node in replaced for decoration in facts.decorations.get(name, ())):
        return False
    entries = facts.entry_points.get(name, ())
    if is_called_by_extension(entries):
        return True
    return is_served(entries) and _foreign(facts, name) is not None


def answers_library(facts: Facts, name: FunctionId) -> bool:
    """Whether code of a library looks at what *name* returns, rather than only passes it on."""
    entries = facts.entry_points.get(name, ())
    if any(is_called_by_extension([entry]) and not _passes_on(entry.via) for entry in entries):
        return True
    decorations = facts.decorations.get(name, ()) if is_served(entries) else ()
    return any(
        decoration.target is None
        and not _is_neutral(decoration)
        and not all(map(_passes_on, decoration.external))
        for decoration in decorations
    )


def _passes_on(decorator: str) -> bool:
    name = decorator.removesuffix("()").rpartition(".")[2]
    return name in _PASSING or decorator.startswith(("compat_shims.", "quart."))


def _foreign(facts: Facts, name: FunctionId) -> Decoration | None:
    """Return the innermost decorator that is neither of the project nor of the framework."""
    for decoration in reversed(facts.decorations.get(name, ())):
        if decoration.target is None and not _is_neutral(decoration):
            return decoration
    return None


def _is_neutral(decoration: Decoration) -> bool:
    return bool(decoration.external) and all(
        name.startswith(_NEUTRAL) or name in roles().marks for name in decoration.external
    )
