"""What became of each function and expression, once every round is done."""

import ast
from collections.abc import Collection, Iterable, Iterator

from migrator.coloring import awaits, reasons
from migrator.coloring.colors import AwaitSite, Colors, Offload, OffloadForm, Verdict
from migrator.coloring.companion import needs_companion
from migrator.coloring.demand import NOT_AWAITED, Demand
from migrator.coloring.hops import saves
from migrator.coloring.partition import Partition, is_test
from migrator.coloring.rounds import Round, Solution, Task, await_sites
from migrator.facts.model import BlockingPlace
from migrator.index.symbols import FunctionId


def colors_of(
    task: Task, solution: Solution, stated: tuple[Demand, ...], in_app: list[Demand]
) -> Colors:
    """Return what *solution* says of the program."""
    facts, now = task.ground.facts, solution.round
    verdicts = {name: _verdict(task, now, name) for name in facts.program.functions}
    offloads = tuple(
        offload for name in sorted(solution.plans) for offload in solution.plans[name].offloads
    )
    sites = tuple(_sites_outside_lane(task, solution, offloads))
    last = {node for offload in offloads for node in offload.last}
    early = {node for offload in offloads for hoist in offload.hoisted for node in hoist.nodes}
    inside = _nodes_in(it for it in offloads if it.form is OffloadForm.BLOCK) - last - early
    hops = frozenset(_hops(task, solution, inside))
    awaited = {site.node for site in sites} | last | hops
    met = tuple(d for d in in_app if d.node in awaited and d.flavor not in NOT_AWAITED)
    as_sync = now.partition.as_sync
    wrappers = frozenset(now.partition.turned) & task.ground.wrappers.keys()
    return Colors(
        verdicts=verdicts,
        awaits=sites,
        met=met,
        offloads=offloads,
        as_sync=as_sync,
        async_wrappers=wrappers,
        needs_companion=needs_companion(task.ground, verdicts, offloads, as_sync, met),
        module_demands=tuple(demand for demand in in_app if demand.function is None),
        mixed_calls=frozenset(awaits.mixed_calls(task.ground, wrappers, now.awaitable)),
        left_blocking=tuple(_left(solution)),
        stated=stated,
        hops=hops,
    )


def _hops(task: Task, solution: Solution, inside: Collection[ast.AST]) -> Iterator[ast.AST]:
    """Yield the calls of async functions inside blocks that go to the lane, and in Flask code."""
    bridged = solution.round.partition.bridged.keys()
    facts = task.ground.facts
    for name in sorted(solution.plans):
        demands = task.needs.demands.get(name, ())
        yield from (it.node for it in demands if it.hops and it.node in inside)
    yield from (call for call in saves(facts) if facts.program.owner.get(call) in bridged)
    for name in sorted(solution.plans):
        for site in awaits.of_calls(task.ground, name, solution.round.awaitable):
            if site.node in inside:
                yield site.node
    for name in sorted(bridged):
        yield from _hops_of_flask_code(task, solution, name)


def _hops_of_flask_code(task: Task, solution: Solution, name: FunctionId) -> Iterator[ast.AST]:
    """Yield the calls of async functions; a wrapper may call views that are not async."""
    for call in task.ground.sites.get(name, ()):
        may_hop = call.node in task.ground.hoppable
        is_async = not solution.round.awaitable.isdisjoint(call.targets)
        if may_hop and is_async and not awaits.is_awaited_already(task.ground, call):
            yield call.node


def _sites_outside_lane(
    task: Task, solution: Solution, offloads: Iterable[Offload]
) -> Iterator[AwaitSite]:
    """Yield the places to await; inside blocks and lambdas nothing is awaited."""
    inside = _nodes_in(offload for offload in offloads if offload.form is not OffloadForm.CALL)
    for name in sorted(solution.plans):
        for site in await_sites(task, solution.round, name, weak=True):
            if site.node not in inside:
                yield site


def _nodes_in(offloads: Iterable[Offload]) -> set[ast.AST]:
    return {inner for item in offloads for node in item.nodes for inner in ast.walk(node)}


def _verdict(task: Task, now: Round, name: FunctionId) -> Verdict:
    ground, partition = task.ground, now.partition
    if is_test(ground.facts, name):
        return reasons.untouched_verdict(ground, name)
    if name in partition.turned:
        return reasons.async_verdict(name, partition)
    if ground.facts.program.functions[name].is_async:
        return reasons.was_async(ground, name)
    return _verdict_on_sync(task, partition, name)


def _verdict_on_sync(task: Task, partition: Partition, name: FunctionId) -> Verdict:
    if name in partition.bridged and name in task.needs.demands:
        return reasons.bridged_verdict(name, partition)
    verdict = _verdict_on_quart_code(task, partition, name)
    in_lane = task.needs.in_lane(name)
    return reasons.lane_verdict(verdict, in_lane[0]) if in_lane else verdict


def _verdict_on_quart_code(task: Task, partition: Partition, name: FunctionId) -> Verdict:
    if name in partition.needing:
        return reasons.spared_verdict(task.ground, name, partition)
    weak = task.needs.weak(name)
    if weak is not None:
        return reasons.weak_verdict(name, weak)
    return reasons.sync_verdict(task.ground, name)


def _left(solution: Solution) -> Iterator[BlockingPlace]:
    """Yield the places that trouble leaves on the loop: those in no offload."""
    for name in sorted(solution.plans):
        plan = solution.plans[name]
        moved = _nodes_in(plan.offloads) if plan.troubles else set()
        for trouble in plan.troubles:
            yield from (place for place in trouble.places if place.node not in moved)
