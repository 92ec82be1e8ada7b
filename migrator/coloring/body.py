"""One function as the planner of offloads sees it: what waits, what is awaited, what writes."""

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from migrator.coloring.demand import Early
from migrator.facts.flow import ancestors
from migrator.facts.model import BlockingPlace
from migrator.index.scopes import Scope
from migrator.index.symbols import Function, Program
from migrator.source.files import SourceFile

Node = TypeVar("Node", bound=ast.AST)

_READ_EVERYTHING = frozenset({"locals", "vars", "dir", "eval", "exec"})
"""Builtins that see every name of the function that calls them."""


@dataclass(frozen=True, slots=True)
class Body:
    """An async function and its blocking places.

    ``places`` are the blocking places by node. ``blocking``, ``awaited``, ``writing`` and
    ``sending`` give, for each node of the function, the nodes under it (itself included) that
    block, that are awaited, that take part in a write, or that have an effect which no rollback
    undoes; ``commits`` are the nodes that end a write, awaited ones included; ``raising`` the calls
    that never return (``abort``). ``early`` are those of the awaited nodes whose value may be
    awaited before; ``lane`` those that the lane can do without an await, as Flask code or by a hop;
    ``last`` those of which the lane may hand out the coroutine, for the loop to await. ``reads``
    are the names that the function reads, and where.
    """

    function: Function
    file: SourceFile
    scope: Scope
    parent: Mapping[ast.AST, ast.AST]
    places: Mapping[ast.expr, BlockingPlace]
    blocking: Mapping[ast.AST, Sequence[ast.expr]]
    awaited: Mapping[ast.AST, Sequence[ast.AST]]
    writing: Mapping[ast.AST, Sequence[ast.expr]]
    sending: Mapping[ast.AST, Sequence[ast.expr]]
    commits: frozenset[ast.AST]
    raising: Collection[ast.AST]
    early: Mapping[ast.AST, Early]
    lane: Collection[ast.AST]
    last: Collection[ast.AST]
    reads: Mapping[str, tuple[ast.Name, ...]]

    @property
    def statements(self) -> list[ast.stmt]:
        """The statements of the function; a lambda has none."""
        return [] if isinstance(self.function.node, ast.Lambda) else self.function.node.body


def look_at(  # noqa: PLR0913  each argument is one fact about one function
    program: Program,
    function: Function,
    waits: Iterable[BlockingPlace],
    awaited: Collection[ast.AST],
    *,
    pending: Iterable[ast.expr],
    raising: Collection[ast.AST],
    early: Mapping[ast.AST, Early] = MappingProxyType({}),
    lane: Collection[ast.AST] = frozenset(),
    last: Collection[ast.AST] = frozenset(),
) -> Body:
    """Gather what the planner asks about one function.

    ``waits`` are all its blocking places, also those that are ``awaited``; ``pending`` are the
    calls that mark a write without waiting, ``raising`` those that never return.
    """
    waits = tuple(waits)
    parent = program.parent
    places: dict[ast.expr, BlockingPlace] = {
        place.node: place for place in waits if place.node not in awaited
    }
    writing = [place.node for place in waits if place.writes or place.commits]
    scope = program.scopes[function.node]
    return Body(
        function=function,
        file=program.modules[function.module].file,
        scope=scope,
        parent=parent,
        places=places,
        blocking=_under(places, parent),
        awaited=_under(awaited, parent),
        writing=_under([*pending, *writing], parent),
        sending=_under([place.node for place in waits if place.sends], parent),
        raising=raising,
        early=early,
        lane=lane,
        last=last,
        commits=frozenset(place.node for place in waits if place.commits),
        reads=_reads(function.node, scope, parent),
    )


def _under(
    nodes: Iterable[Node], parent: Mapping[ast.AST, ast.AST]
) -> Mapping[ast.AST, Sequence[Node]]:
    found: dict[ast.AST, list[Node]] = {}
    for node in nodes:
        found.setdefault(node, []).append(node)
        for above in ancestors(node, parent):
            found.setdefault(above, []).append(node)
    return found


def _reads(
    function: ast.AST, scope: Scope, parent: Mapping[ast.AST, ast.AST]
) -> Mapping[str, tuple[ast.Name, ...]]:
    found: dict[str, list[ast.Name]] = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        if node.id not in scope.inner or not _is_comprehended(node, parent):
            found.setdefault(node.id, []).append(node)
        if node.id in _READ_EVERYTHING:
            for name in scope.bound:
                found.setdefault(name, []).append(node)
    return {name: tuple(nodes) for name, nodes in found.items()}


def _is_comprehended(node: ast.Name, parent: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether the name is the variable of a comprehension around it."""
    return any(
        isinstance(target, ast.Name) and target.id == node.id
        for above in ancestors(node, parent)
        for generator in getattr(above, "generators", ())
        for target in ast.walk(generator.target)
    )
