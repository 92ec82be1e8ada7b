"""Asyncness spreads from callee to caller, breadth first: the kept reason is the shortest."""

from collections import deque
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from migrator.coloring.barriers import is_served, is_test_site
from migrator.coloring.colors import Link
from migrator.coloring.wrappers import Wrapper, is_wrapper_site
from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId
from migrator.source.span import Location


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a function needs an await: a demand in it, or another function that becomes async."""

    link: Link
    source: FunctionId | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Where spreading ends: at ``stops`` (reached, not passed), and ``never`` is not reached.

    ``closed`` are the wrappers that do not follow what they decorate.
    """

    stops: Container[FunctionId]
    never: Container[FunctionId]
    closed: Container[FunctionId]


def spread(
    facts: Facts,
    wrappers: Mapping[FunctionId, Wrapper],
    seeds: Mapping[FunctionId, Cause],
    limits: Limits,
) -> dict[FunctionId, Cause]:
    """Return every function that *seeds* make async, each with its nearest cause."""
    causes = {name: cause for name, cause in seeds.items() if name not in limits.never}
    waiting = deque(causes)
    while waiting:
        name = waiting.popleft()
        if name in limits.stops:
            continue
        for reached, cause in _reached(facts, wrappers, name, limits.closed):
            if reached not in causes and reached not in limits.never:
                causes[reached] = cause
                waiting.append(reached)
    return causes


def _reached(
    facts: Facts,
    wrappers: Mapping[FunctionId, Wrapper],
    name: FunctionId,
    closed: Container[FunctionId],
) -> Iterator[tuple[FunctionId, Cause]]:
    for site in facts.callers.get(name, ()):
        if site.caller is None or is_test_site(facts, site):
            continue
        if is_wrapper_site(wrappers, site):
            if site.caller not in closed:
                yield (
                    site.caller,
                    _cause(site, f"decorates `{name.name}`, which needs an await", name),
                )
        elif not facts.program.functions[site.caller].is_async:
            yield site.caller, _cause(site, f"calls `{name.name}`, which needs an await", name)
            together = f"is called where `{name.name}` is: both are async or none"
            yield from ((other, _cause(site, together, name)) for other in site.targets)
    text = f"shares its name in a class hierarchy with `{name.name}`, which needs an await"
    for other in hierarchy_mates(facts, name):
        yield other, Cause(Link(location_of(facts, other), text), name)


def hierarchy_mates(facts: Facts, name: FunctionId) -> tuple[FunctionId, ...]:
    """Return the methods that must be called as *name* is: those that it overrides or that do so.

    Where the program calls it, the calls themselves say what they may run; the framework asks
    each method by itself whether it is async.
    """
    if facts.callers.get(name) or is_served(facts.entry_points.get(name, ())):
        return ()
    return tuple(sorted(facts.overrides.get(name, ())))


def _cause(site: CallSite, text: str, source: FunctionId) -> Cause:
    return Cause(Link(site.location, text), source)


def location_of(facts: Facts, name: FunctionId) -> Location:
    """Return where *name* is defined."""
    function = facts.program.functions[name]
    return facts.program.modules[function.module].file.location(function.node)
