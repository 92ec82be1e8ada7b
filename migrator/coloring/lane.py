"""What an async function must hand to the lane: what waits, and what runs Flask code."""

import ast
from collections.abc import Collection, Iterable, Iterator

from migrator.coloring.demand import Demand
from migrator.coloring.partition import Ground, Partition, is_test
from migrator.coloring.wrappers import is_wrapper_site
from migrator.facts.abstract import running_sites
from migrator.facts.model import BlockingPlace, CallSite
from migrator.index.symbols import FunctionId


def flask_side(
    ground: Ground, partition: Partition, demanding: Collection[FunctionId]
) -> frozenset[FunctionId]:
    """Return the functions that run Flask code, by themselves or through what they call.

    ``demanding`` are the functions with demands of their own: those that did not become async use
    Flask's names. Such code works in the lane only, not on the event loop.
    """
    functions = ground.facts.program.functions
    own = {
        name for name in demanding if name not in partition.turned and not functions[name].is_async
    }
    found = own | partition.as_sync
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for site in (*running_sites(ground.facts, name), *ground.guesses.get(name, ())):
            caller = site.caller
            if caller is None or caller in found or is_test(ground.facts, caller):
                continue
            if caller not in partition.turned and not functions[caller].is_async:
                found.add(caller)
                waiting.append(caller)
    return frozenset(found)


def of_flask(demands: Iterable[Demand]) -> Iterator[BlockingPlace]:
    """Yield the expressions that need Flask's names, as places to offload."""
    for demand in demands:
        if demand.in_lane is not None:
            yield BlockingPlace(demand.in_lane, demand.function, demand.location, demand.text)


def waits_in(
    ground: Ground, side: Collection[FunctionId], name: FunctionId
) -> Iterator[BlockingPlace]:
    """Yield what waits in an async function: its blocking places, and calls of Flask code.

    What is awaited in the source already (``await offload(f)``) does not hold the loop, nor does
    what something of Quart's takes the place of.
    """
    parent = ground.facts.program.parent
    blocking = ground.facts.blocking.get(name, ())
    for place in (*blocking, *_calls_of_flask_code(ground, side, name)):
        gone = place.node in ground.replaced or isinstance(parent.get(place.node), ast.Await)
        if not gone:
            yield place


def _calls_of_flask_code(
    ground: Ground, side: Collection[FunctionId], name: FunctionId
) -> Iterator[BlockingPlace]:
    known = {place.node for place in ground.facts.blocking.get(name, ())}
    for site in (*ground.sites.get(name, ()), *ground.guesses_in.get(name, ())):
        if site.node not in known and not is_wrapper_site(ground.wrappers, site):
            target = _first_in(side, site)
            if target is not None:
                what = f"{target.name}()"
                yield BlockingPlace(site.node, name, site.location, what, through=target)


def _first_in(side: Collection[FunctionId], site: CallSite) -> FunctionId | None:
    return next((target for target in site.targets if target in side), None)
