"""Why each function is what it becomes: chains of links that end at a demand or a barrier."""

from collections.abc import Iterator, Mapping

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


def sync_verdict(ground: Ground, name: FunctionId) -> Verdict:
    """Return the verdict on a function that needs no await."""
    links = [Link(location_of(ground.facts, name), "it needs no await")]
    places = ground.facts.blocking.get(name, ())
    if places:
        text = f"`{places[0].what}` waits: a synchronous function runs in the lane, off the loop"
        links.append(Link(places[0].location, text))
    return Verdict(name, State.SYNC, tuple(links), needs_await=False)


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
