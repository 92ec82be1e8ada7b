"""Why each function is what it becomes: chains of links that end at a demand or a barrier."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from migrator.coloring.barriers import Barrier, Obstacle
from migrator.coloring.colors import Link, State, Verdict
from migrator.coloring.demand import Demand
from migrator.coloring.partition import Ground, Partition
from migrator.coloring.spread import Cause, location_of
from migrator.index.symbols import FunctionId

_LONGEST = 20
"""Links of one chain: enough to understand it, whatever the depth of the calls."""


def async_verdict(name: FunctionId, partition: Partition) -> Verdict:
    """Return the verdict on a function that becomes async."""
    return Verdict(name, State.ASYNC, tuple(_causes(name, partition.turned)), needs_await=True)


def was_async(ground: Ground, name: FunctionId) -> Verdict:
    """Return the verdict on a function that is async already."""
    link = Link(location_of(ground.facts, name), "it is `async def` already")
    return Verdict(name, State.ASYNC, (link,), needs_await=False)


def bridged_verdict(name: FunctionId, partition: Partition) -> Verdict:
    """Return the verdict on a function that stays Flask code: its need, then its barrier."""
    obstacle = partition.bridged[name]
    needs = tuple(_causes(name, partition.needing))
    chain = (*needs, *_obstacles(name, partition.bridged))
    return Verdict(name, State.BRIDGED, chain, bool(needs), obstacle.barrier.value)


def weak_verdict(name: FunctionId, demand: Demand) -> Verdict:
    """Return the verdict on a function that would await nothing but a weak demand."""
    text = f"{demand.text}; nothing else in this function needs an await, so it stays Flask code"
    link = Link(demand.location, text)
    return Verdict(name, State.BRIDGED, (link,), False, Barrier.WEAK_NEED.value)


def lane_verdict(verdict: Verdict, demand: Demand) -> Verdict:
    """Return the verdict on a synchronous function with an expression that needs Flask's names."""
    link = Link(demand.location, f"{demand.text}; nothing makes this function async")
    barrier = verdict.barrier or Barrier.NEEDS_FLASK.value
    chain = (*verdict.reason, link) if verdict.needs_await else (link,)
    return replace(verdict, state=State.BRIDGED, reason=chain, barrier=barrier)


def sync_verdict(ground: Ground, name: FunctionId) -> Verdict:
    """Return the verdict on a function that needs no await."""
    links = [Link(location_of(ground.facts, name), "it needs no await")]
    places = ground.facts.blocking.get(name, ())
    if places:
        text = f"`{places[0].what}` waits: a synchronous function runs in the lane, off the loop"
        links.append(Link(places[0].location, text))
    return Verdict(name, State.SYNC, tuple(links), needs_await=False)


def spared_verdict(ground: Ground, name: FunctionId, partition: Partition) -> Verdict:
    """Return the verdict on a function whose need is met by Flask code that it calls.

    It has no demand of its own: what it calls stays Flask code, so it stays synchronous.
    """
    obstacle = partition.bridged.get(name)
    needs = tuple(_causes(name, partition.needing))
    if obstacle is not None:
        chain = (*needs, *_obstacles(name, partition.bridged))
        return Verdict(name, State.SYNC, chain, needs_await=True, barrier=obstacle.barrier.value)
    bridged = (source for source in _sources(name, partition) if source in partition.bridged)
    below = next(bridged, None)
    if below is None:
        return sync_verdict(ground, name)
    text = f"`{below.name}` stays Flask code, so that this function can stay synchronous"
    link = Link(location_of(ground.facts, below), text)
    chain = (*needs, link, *_obstacles(below, partition.bridged))
    barrier = partition.bridged[below].barrier.value
    return Verdict(name, State.SYNC, chain, needs_await=True, barrier=barrier)


def _sources(name: FunctionId, partition: Partition) -> Iterator[FunctionId]:
    """Yield the functions through which the need of *name* comes, nearest first."""
    source: FunctionId | None = name
    while source is not None:
        source = partition.needing[source].source
        if source is not None:
            yield source


def untouched_verdict(ground: Ground, name: FunctionId) -> Verdict:
    """Return the verdict on a function of the tests."""
    link = Link(location_of(ground.facts, name), "it belongs to the tests, which stay as they are")
    return Verdict(name, State.UNTOUCHED, (link,), needs_await=False)


def _causes(name: FunctionId, causes: Mapping[FunctionId, Cause]) -> Iterator[Link]:
    cause = causes.get(name)
    for _ in range(_LONGEST):
        if cause is None:
            return
        yield cause.link
        cause = causes.get(cause.source) if cause.source is not None else None


def _obstacles(name: FunctionId, obstacles: Mapping[FunctionId, Obstacle]) -> Iterator[Link]:
    obstacle = obstacles.get(name)
    for _ in range(_LONGEST):
        if obstacle is None:
            return
        yield obstacle.link
        obstacle = obstacles.get(obstacle.source) if obstacle.source is not None else None
