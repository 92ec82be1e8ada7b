"""Divides the functions that need an await into those that become async and those that cannot.

A function behind a barrier is bridged, and what it calls, downwards, if that needs an await: Flask
code calls Flask code. What is left spreads again, upwards, and becomes async.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from migrator.coloring import barriers
from migrator.coloring.barriers import Barrier, Obstacle, arranged_for
from migrator.coloring.colors import Link
from migrator.coloring.decorated import hidden_behind, wants_as_sync
from migrator.coloring.hops import hoppable
from migrator.coloring.spread import Cause, Limits, hierarchy_mates, location_of, spread
from migrator.coloring.wrappers import Wrapper, find_wrappers, is_wrapper_site
from migrator.facts.guesses import guess_sites
from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId


@dataclass(frozen=True, slots=True)
class Ground:
    """What holds for every round of coloring: who calls whom, and where async cannot go.

    ``sites`` are the calls in each function; ``guesses`` the calls that may run each method, as far
    as its name says, and ``guesses_in`` the same by the function that they stand in; ``replaced``
    are expressions in whose place something of Quart's goes; ``hoppable`` the calls that Flask code
    may do by a hop.
    """

    facts: Facts
    wrappers: Mapping[FunctionId, Wrapper]
    sites: Mapping[FunctionId, tuple[CallSite, ...]]
    guesses: Mapping[FunctionId, tuple[CallSite, ...]]
    guesses_in: Mapping[FunctionId, tuple[CallSite, ...]]
    obstacles: Mapping[FunctionId, Obstacle]
    served: frozenset[FunctionId]
    replaced: frozenset[ast.AST] = frozenset()
    hoppable: frozenset[ast.AST] = frozenset()


@dataclass(frozen=True, slots=True)
class Partition:
    """Which functions need an await, which become async, and which are bridged, with causes.

    ``as_sync`` are those of the async ones that synchronous code calls; ``closed`` are the
    wrappers that stay synchronous.
    """

    needing: Mapping[FunctionId, Cause]
    turned: Mapping[FunctionId, Cause]
    bridged: Mapping[FunctionId, Obstacle]
    as_sync: frozenset[FunctionId]
    closed: frozenset[FunctionId]


def survey(
    facts: Facts,
    replaced: frozenset[ast.AST] = frozenset(),
    streams: frozenset[FunctionId] = frozenset(),
) -> Ground:
    """Look once at all functions of the app; *streams* are generators that may become async."""
    names = [name for name in facts.program.functions if not is_test(facts, name)]
    wrappers = find_wrappers(facts)
    guesses = guess_sites(facts)
    sites = _by_caller(facts.calls)
    look = partial(_obstacle, facts, wrappers, guesses, streams)
    obstacles = ((name, look(name)) for name in names)
    return Ground(
        facts=facts,
        wrappers=wrappers,
        sites=sites,
        guesses=guesses,
        guesses_in=_by_caller({site.node: site for of in guesses.values() for site in of}.values()),
        obstacles={name: obstacle for name, obstacle in obstacles if obstacle is not None},
        served=frozenset(name for name in names if wants_as_sync(facts, name, replaced)),
        replaced=replaced,
        hoppable=hoppable(facts, wrappers, sites, guesses),
    )


def without_callbacks(ground: Ground, seeds: Mapping[FunctionId, Cause]) -> Ground:
    """Take what calls a parameter of its own for no wrapper where nothing it calls needs an await.

    ``notify(lambda book: book.title)`` decorates nothing.
    """
    closed = frozenset(ground.wrappers)
    stops = ground.obstacles.keys() | ground.served
    needing = spread(ground.facts, ground.wrappers, seeds, Limits(stops, (), closed))
    left = {
        name: wrapper
        for name, wrapper in ground.wrappers.items()
        if not (wrapper.is_own and wrapper.targets.isdisjoint(needing))
    }
    return replace(ground, wrappers=left)


def is_test(facts: Facts, name: FunctionId) -> bool:
    """Whether the function belongs to the project's tests."""
    return facts.program.modules[facts.program.functions[name].module].is_test


def _by_caller(sites: Iterable[CallSite]) -> Mapping[FunctionId, tuple[CallSite, ...]]:
    found: dict[FunctionId, list[CallSite]] = {}
    for site in sites:
        if site.caller is not None:
            found.setdefault(site.caller, []).append(site)
    return {name: tuple(of_caller) for name, of_caller in found.items()}


def _obstacle(
    facts: Facts,
    wrappers: Mapping[FunctionId, Wrapper],
    guesses: Mapping[FunctionId, tuple[CallSite, ...]],
    streams: frozenset[FunctionId],
    name: FunctionId,
) -> Obstacle | None:
    function = facts.program.functions[name]
    barrier = barriers.of_stream if name in streams else barriers.of_function
    return (
        barrier(facts, wrappers, function)
        or hidden_behind(facts, name)
        or barriers.of_guesses(facts, function, guesses.get(name, ()))
    )


def divide(
    ground: Ground, seeds: Mapping[FunctionId, Cause], held: Mapping[FunctionId, Obstacle]
) -> Partition:
    """Divide what *seeds* reach; *held* functions are bridged whatever they need.

    An opaque wrapper becomes async with what it decorates where all of that is async, or where it
    awaits something itself, and what it decorates is either async or needs no await.
    """
    closed = _closed_from_start(ground)
    first = _settle(ground, seeds, held, closed)
    opened = frozenset(name for name in closed if _may_open(ground, first, name))
    if not opened:
        return first
    second = _settle(ground, seeds, held, closed - opened)
    kept = frozenset(name for name in opened if not _serves(ground, second, name))
    return _settle(ground, seeds, held, closed - opened | kept) if kept else second


def _closed_from_start(ground: Ground) -> frozenset[FunctionId]:
    return frozenset(
        name
        for name, wrapper in ground.wrappers.items()
        if not wrapper.transparent or _has_sync_caller(ground, wrapper)
    )


def _has_sync_caller(ground: Ground, wrapper: Wrapper) -> bool:
    """Whether something that cannot await calls what the wrapper decorates, through it."""
    if wrapper.is_inline or wrapper.function in ground.obstacles:
        return True
    return any(arranged_for(ground.facts, target) is not None for target in wrapper.targets)


def _may_open(ground: Ground, partition: Partition, name: FunctionId) -> bool:
    wrapper = ground.wrappers[name]
    return not _has_sync_caller(ground, wrapper) and _serves(ground, partition, name)


def _serves(ground: Ground, partition: Partition, name: FunctionId) -> bool:
    """Whether an async wrapper could call all that it decorates."""
    targets = ground.wrappers[name].targets - ground.served
    if not targets or len(targets) < len(ground.wrappers[name].targets):
        return False
    others = targets - partition.turned.keys()
    return not others or (name in partition.needing and others.isdisjoint(partition.needing))


def _settle(
    ground: Ground,
    seeds: Mapping[FunctionId, Cause],
    held: Mapping[FunctionId, Obstacle],
    closed: frozenset[FunctionId],
) -> Partition:
    """Divide; close the wrappers that turn out to be bridged, until none does."""
    while True:
        below = _below_closed(ground, closed)
        stops = ground.obstacles.keys() | ground.served | below
        needing = spread(ground.facts, ground.wrappers, seeds, Limits(stops, (), closed))
        bridged = _bridged(ground, needing, held, closed)
        reopened = frozenset(bridged) & ground.wrappers.keys() - closed
        if not reopened:
            break
        closed |= reopened
    limits = Limits(stops, bridged.keys(), closed)
    turned = spread(ground.facts, ground.wrappers, seeds, limits)
    as_sync = frozenset(turned) & (ground.served | below)
    return Partition(needing, turned, bridged, as_sync, closed)


def _below_closed(ground: Ground, closed: frozenset[FunctionId]) -> frozenset[FunctionId]:
    return frozenset(target for name in closed for target in ground.wrappers[name].targets)


def _bridged(
    ground: Ground,
    needing: Mapping[FunctionId, Cause],
    held: Mapping[FunctionId, Obstacle],
    closed: frozenset[FunctionId],
) -> dict[FunctionId, Obstacle]:
    """Return what stays Flask code: behind a barrier, and below such a function.

    A function that synchronous code calls by ``as_sync`` may be async below one, and so may what a
    wrapper decorates, or what a view can call by a hop: ``as_sync`` gives them Flask's response.
    """
    bridged = {name: ground.obstacles[name] for name in needing if name in ground.obstacles}
    bridged |= {name: _opaque(ground, name) for name in needing if name in closed}
    bridged |= held
    waiting = list(bridged)
    while waiting:
        name = waiting.pop()
        for below, obstacle in _below(ground, name, bridged[name]):
            if below in needing and below not in bridged:
                bridged[below] = obstacle
                waiting.append(below)
    return bridged


def _opaque(ground: Ground, name: FunctionId) -> Obstacle:
    known = ground.obstacles.get(name)
    if known is not None:
        return known
    site = ground.wrappers[name].sites[0]
    text = "this wrapper does more than return the call, or decorates what cannot be async"
    return Obstacle(Barrier.OPAQUE_DECORATOR, Link(site.location, text))


def _below(
    ground: Ground, name: FunctionId, above: Obstacle
) -> Iterator[tuple[FunctionId, Obstacle]]:
    for site in ground.sites.get(name, ()):
        if is_wrapper_site(ground.wrappers, site) or site.node in ground.hoppable:
            continue
        link = Link(site.location, f"`{name.name}`, which stays Flask code, calls it")
        for target in site.targets:
            if target not in ground.served:
                yield target, Obstacle(above.barrier, link, name)
    yield from _beside(ground, name, above)


def mates(ground: Ground, name: FunctionId) -> Iterator[FunctionId]:
    """Yield what must be called as *name* is."""
    for site in ground.facts.callers.get(name, ()):
        if not is_wrapper_site(ground.wrappers, site):
            yield from (target for target in site.targets if target != name)
    yield from hierarchy_mates(ground.facts, name)


def _beside(
    ground: Ground, name: FunctionId, above: Obstacle
) -> Iterator[tuple[FunctionId, Obstacle]]:
    """Yield what must be called as *name* is: the same call runs them, or a method overrides it."""
    for site in ground.facts.callers.get(name, ()):
        if len(site.targets) > 1 and not is_wrapper_site(ground.wrappers, site):
            link = Link(site.location, f"this calls `{name.name}` too, which stays Flask code")
            for target in site.targets:
                yield target, Obstacle(above.barrier, link, name)
    link = Link(location_of(ground.facts, name), f"it shares a class hierarchy with `{name.name}`")
    for other in hierarchy_mates(ground.facts, name):
        yield other, Obstacle(above.barrier, link, name)
