"""Calls of async functions that synchronous code of the lane may do by a hop.

A hop ends where the client disconnects, as if the call had raised. So nothing of a write may stand
before it that is not done, and nothing after it that must be: here, and in whatever calls this.
"""

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from migrator.coloring.barriers import is_served
from migrator.facts.flow import ancestors, reaches
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import BlockingPlace, CallSite, Facts
from migrator.index.symbols import FunctionId


def is_last(facts: Facts, function: FunctionId, node: ast.AST) -> bool:
    """Whether *node* is the last thing that *function* does, and has no effect itself.

    It is what the function returns, or a part of it, and no ``with`` looks at how it ends.
    """
    if any(place.node is node for place in effects(facts, function)):
        return False
    for above in _within(facts, function, node):
        if isinstance(above, ast.Return):
            return not _is_in_with(facts, function, node)
        if not isinstance(above, ast.Call | ast.keyword | ast.Tuple | ast.Dict):
            return False
    return False


def _is_in_with(facts: Facts, function: FunctionId, node: ast.AST) -> bool:
    return any(isinstance(above, ast.With) for above in _within(facts, function, node))


def _within(facts: Facts, function: FunctionId, node: ast.AST) -> Iterator[ast.AST]:
    outermost = facts.program.functions[function].node
    for above in ancestors(node, facts.program.parent):
        if above is outermost:
            return
        yield above


_CROSSING = frozenset({Kind.CONFIG, Kind.FORM, Kind.G, Kind.RESPONSE, Kind.SESSION})

Sites = Mapping[FunctionId, tuple[CallSite, ...]]
Pending = Mapping[FunctionId, tuple[ast.expr, ...]]


def hoppable(
    facts: Facts,
    wrappers: Collection[FunctionId],
    sites: Sites,
    guesses: Sites,
    pending: Pending,
) -> frozenset[ast.AST]:
    """Return the calls that cut no write in two if they are done by a hop."""
    calls = _Calls(facts, wrappers, guesses, pending)
    savers = {use.function for use in facts.members.get(Member(Kind.FILE_STORAGE, "save"), ())}
    return frozenset(
        site.node
        for name, found in sites.items()
        if name not in savers
        for site in found
        if isinstance(site.node, ast.Call) and _is_crossed_by_data(facts, site.node)
        if calls.cut_nothing(site)
    )


def effects(facts: Facts, function: FunctionId) -> Iterator[BlockingPlace]:
    """Yield the places of *function* that have an effect, or may have one."""
    for place in facts.blocking.get(function, ()):
        if place.writes or place.commits or place.sends or not place.known:
            yield place


def _is_crossed_by_data(facts: Facts, call: ast.Call) -> bool:
    """Whether neither a request nor a file of one framework gets to code of the other.

    A response is shown as the other's by ``as_sync``.
    """
    values = (call, *call.args, *(keyword.value for keyword in call.keywords))
    return all(facts.kinds_at.get(value, frozenset()) <= _CROSSING for value in values)


@dataclass(frozen=True, slots=True)
class _Calls:
    """What stands before and after calls, up to the views from which they come."""

    facts: Facts
    wrappers: Collection[FunctionId]
    guesses: Sites
    pending: Pending
    known: dict[tuple[str, FunctionId], bool] = field(default_factory=dict)

    def cut_nothing(self, site: CallSite) -> bool:
        """Whether no effect is left out, and none is half done, where the call ends early."""
        if site.caller is None:
            return False
        if any(place.node is site.node for place in effects(self.facts, site.caller)):
            return self.ends(site) and self.begins(site)
        return self.ends(site) or self.begins(site)

    def ends(self, site: CallSite) -> bool:
        """Whether nothing has an effect, in answer to a request, after the call."""
        return (
            site.caller is not None
            and not _is_in_with(self.facts, site.caller, site.node)
            and not self._precedes_an_effect(site.caller, site.node)
            and self._all("ends", site.caller, self.ends)
        )

    def begins(self, site: CallSite) -> bool:
        """Whether nothing is written in answer to a request before the call."""
        return (
            site.caller is not None
            and not self._follows_a_write(site.caller, site.node)
            and self._all("begins", site.caller, self.begins)
        )

    def _all(self, what: str, name: FunctionId, holds: Callable[[CallSite], bool]) -> bool:
        """Whether it holds for all calls of *name*, and all of them are known."""
        if (what, name) not in self.known:
            self.known[what, name] = False  # for calls that lead back here
            sites = self.facts.callers.get(name, ())
            self.known[what, name] = self._is_known(name) and all(map(holds, sites))
        return self.known[what, name]

    def _is_known(self, name: FunctionId) -> bool:
        """Whether it is known who calls the function: the framework, or the program."""
        entries = self.facts.entry_points.get(name, ())
        if self.guesses.get(name):
            return False
        if entries:
            return is_served(entries)
        return name in self.wrappers or bool(self.facts.callers.get(name))

    def _follows_a_write(self, name: FunctionId, node: ast.AST) -> bool:
        parent = self.facts.program.parent
        return any(reaches(it, node, parent) for it in self._effects(name, node))

    def _precedes_an_effect(self, name: FunctionId, node: ast.AST) -> bool:
        parent = self.facts.program.parent
        return any(reaches(node, it, parent) for it in self._effects(name, node))

    def _effects(self, name: FunctionId, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what may have an effect in the function, *node* itself aside."""
        for place in effects(self.facts, name):
            if place.node is not node:
                yield place.node
        yield from self.pending.get(name, ())
