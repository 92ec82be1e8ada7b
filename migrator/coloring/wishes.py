"""Wishes: demands that may be refused, because the code works without them.

A user may ask for a native library instead of an offload. Where a demand of such a wish cannot be
met, the wish is refused and the program is colored again without it.
"""

from collections.abc import Iterable, Iterator

from migrator.coloring.barriers import Barrier
from migrator.coloring.colors import Colors, Link, Refusal, State
from migrator.coloring.demand import Demand, Flavor


def refused(stated: Iterable[Demand], colors: Colors) -> tuple[Refusal, ...]:
    """Return the demands of wishes that *colors* cannot meet."""
    met = {demand.node for demand in colors.met}
    return tuple(
        _refusal(demand, colors)
        for demand in stated
        if demand.wish and demand.node not in met and demand.flavor is not Flavor.REPLACED
    )


def without(stated: Iterable[Demand], refusals: Iterable[Refusal]) -> Iterator[Demand]:
    """Yield the demands that are left when the wishes of *refusals* go, as wholes."""
    lost = {refusal.demand.wish for refusal in refusals}
    return (demand for demand in stated if demand.wish not in lost)


def _refusal(demand: Demand, colors: Colors) -> Refusal:
    """Say why the demand cannot be met: what keeps its function synchronous, or its place."""
    if demand.function is None:
        link = Link(demand.location, "it runs while the module is imported, without a loop")
        return Refusal(demand, link, Barrier.MODULE_LEVEL.value)
    verdict = colors.verdicts[demand.function]
    if verdict.state is State.ASYNC:
        text = "it belongs to work that goes to a thread in one piece"
        return Refusal(demand, Link(demand.location, text))
    return Refusal(demand, verdict.reason[-1], verdict.barrier)
