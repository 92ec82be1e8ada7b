"""Wishes: demands that may be refused, because the code works without them.

A user may ask for a native library instead of an offload; a generator that feeds a response is
better async. Where a demand of such a wish cannot be met, the wish is refused and the program is
colored again without it.
"""

import ast
from collections.abc import Collection, Container, Iterable

from migrator.coloring.barriers import Barrier
from migrator.coloring.colors import Colors, Link, Refusal, State
from migrator.coloring.demand import Demand, Flavor
from migrator.coloring.streams import standing
from migrator.facts.model import Facts
from migrator.index.symbols import FunctionId


def refused(
    facts: Facts, stated: Collection[Demand], refusals: Collection[Refusal], colors: Colors
) -> tuple[Refusal, ...]:
    """Return the demands of wishes, not among *refusals* yet, that *colors* cannot meet."""
    streams = standing(facts, colors, (it for it in stated if it.flavor is Flavor.STREAM))
    met = {demand.node for demand in colors.met}
    depended = {demand.unless for demand in stated}
    return tuple(
        _refusal(demand, colors)
        for demand in in_force(stated, refusals)
        if demand.wish and not _is_met(demand, met, streams)
        if demand.wish in depended or not _is_idle(demand, colors)
    )


def is_leave(demand: Demand) -> bool:
    """Whether the demand only allows: the generator may become async, if it needs to."""
    return demand.flavor is Flavor.STREAM and demand.weak


def _is_idle(demand: Demand, colors: Colors) -> bool:
    """Whether the demand allowed what nothing needed."""
    if not is_leave(demand) or demand.function is None:
        return False
    verdict = colors.verdicts[demand.function]
    return verdict.state is not State.ASYNC and not verdict.needs_await


def _is_met(demand: Demand, met: Container[ast.AST], streams: Container[FunctionId | None]) -> bool:
    if demand.flavor is Flavor.STREAM:
        return demand.function in streams
    return demand.node in met or demand.flavor is Flavor.REPLACED


def in_force(stated: Iterable[Demand], refusals: Iterable[Refusal]) -> tuple[Demand, ...]:
    """Return the demands that hold when the wishes of *refusals* go, as wholes."""
    lost = {refusal.demand.wish for refusal in refusals}
    return tuple(
        demand
        for demand in stated
        if demand.wish not in lost and (not demand.unless or demand.unless in lost)
    )


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
