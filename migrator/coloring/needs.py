"""Which functions need an await, or Flask itself, by the demands that stand in them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrator.coloring.barriers import Barrier, Obstacle
from migrator.coloring.colors import Link
from migrator.coloring.demand import NOT_AWAITED, Demand, Flavor
from migrator.coloring.spread import Cause
from migrator.facts.model import Facts
from migrator.index.symbols import Function, FunctionId
from migrator.options import Strategy


@dataclass(frozen=True, slots=True)
class Needs:
    """The demands of the app by function, in the order of the source, under one strategy."""

    demands: Mapping[FunctionId, tuple[Demand, ...]]
    strategy: Strategy

    def is_need(self, demand: Demand) -> bool:
        """Whether the demand alone makes its function async: a weak one does not."""
        if demand.flavor in NOT_AWAITED:
            return False
        if demand.flavor is Flavor.STREAM:
            return not demand.weak
        return not demand.weak or self.strategy is Strategy.ASYNC

    def weak(self, name: FunctionId) -> Demand | None:
        """Return the first demand of the function that alone makes nothing async."""
        return next((demand for demand in self.demands.get(name, ()) if demand.weak), None)

    def in_lane(self, name: FunctionId) -> tuple[Demand, ...]:
        """Return the demands of the function that an offload meets."""
        return tuple(it for it in self.demands.get(name, ()) if it.in_lane is not None)


def needs_of(demands: Iterable[Demand], strategy: Strategy) -> Needs:
    """Sort the demands of the app by function."""
    found: dict[FunctionId, list[Demand]] = {}
    for demand in demands:
        if demand.function is not None:
            found.setdefault(demand.function, []).append(demand)
    return Needs({name: _in_order(found[name]) for name in sorted(found)}, strategy)


def _in_order(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    return tuple(sorted(demands, key=lambda demand: demand.location.span))


def seeds(facts: Facts, needs: Needs) -> Iterator[tuple[FunctionId, Cause]]:
    """Yield the functions that need an await of their own."""
    for name, demands in needs.demands.items():
        strong = [demand for demand in demands if needs.is_need(demand)]
        if strong and not facts.program.functions[name].is_async:
            yield name, Cause(Link(strong[0].location, strong[0].text))


def held_from_start(facts: Facts, needs: Needs) -> Iterator[tuple[FunctionId, Obstacle]]:
    """Yield what stays Flask code whatever else: what Quart lacks, and all under `bridge`."""
    for name, demands in needs.demands.items():
        missing = [it for it in demands if _is_missing(it, facts.program.functions[name])]
        if missing:
            link = Link(missing[0].location, missing[0].text)
            yield name, Obstacle(Barrier.NEEDS_FLASK, link)
        elif needs.strategy is Strategy.BRIDGE and any(not demand.weak for demand in demands):
            link = Link(demands[0].location, "the strategy `bridge` makes nothing async")
            yield name, Obstacle(Barrier.STRATEGY, link)


def _is_missing(demand: Demand, function: Function) -> bool:
    """Whether Flask is needed all around the demand; what was async in the source is kept whole."""
    if demand.flavor is Flavor.IN_LANE:
        return function.is_async
    return demand.flavor is Flavor.NEEDS_FLASK
