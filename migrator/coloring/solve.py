"""The solver: from demands to the state of every function, its awaits and its offloads."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrator.coloring import awaits, reasons
from migrator.coloring.barriers import Barrier, Obstacle, is_served
from migrator.coloring.body import look_at
from migrator.coloring.colors import AwaitSite, Colors, Link, Offload, OffloadForm, Verdict
from migrator.coloring.companion import needs_companion
from migrator.coloring.demand import Demand, Flavor
from migrator.coloring.offloads import Plan, Trouble, plan_offloads
from migrator.coloring.partition import Ground, Partition, divide, is_test, survey
from migrator.coloring.spread import Cause
from migrator.coloring.wrappers import is_wrapper_site
from migrator.facts.blocking import pending_writes
from migrator.facts.model import BlockingPlace, Facts
from migrator.index.symbols import FunctionId
from migrator.options import Options, Strategy

_Demands = Mapping[FunctionId, tuple[Demand, ...]]


@dataclass(frozen=True, slots=True)
class _Task:
    """What the solver was given, sorted once."""

    ground: Ground
    strategy: Strategy
    demands: _Demands
    pending: Mapping[FunctionId, tuple[ast.expr, ...]]


@dataclass(frozen=True, slots=True)
class _Solution:
    """A partition under which every async function has a plan for what waits in it."""

    partition: Partition
    plans: Mapping[FunctionId, Plan]


def color(facts: Facts, demands: Iterable[Demand], options: Options) -> Colors:
    """Decide what becomes of each function of the program.

    ``facts.blocking`` must be filled (:func:`migrator.facts.blocking.find_blocking`).
    """
    stated = tuple(demands)
    in_app = [demand for demand in stated if not _in_test(facts, demand)]
    task = _Task(survey(facts), options.strategy, _by_function(in_app), pending_writes(facts))
    solution = _solve(task)
    return _colors(task, solution, stated, in_app)


def _in_test(facts: Facts, demand: Demand) -> bool:
    return facts.program.modules[facts.program.module_of[demand.node]].is_test


def _by_function(demands: Iterable[Demand]) -> _Demands:
    found: dict[FunctionId, list[Demand]] = {}
    for demand in demands:
        if demand.function is not None:
            found.setdefault(demand.function, []).append(demand)
    return {name: _in_order(found[name]) for name in sorted(found)}


def _in_order(demands: Iterable[Demand]) -> tuple[Demand, ...]:
    return tuple(sorted(demands, key=lambda demand: demand.location.span))


def _solve(task: _Task) -> _Solution:
    """Divide until each function that becomes async can do so without cutting a write in two."""
    held = dict(_held_from_start(task))
    seeds = dict(_seeds(task))
    plans: dict[FunctionId, Plan] = {}
    partition = divide(task.ground, seeds, held)
    stale = set(_async_functions(task, partition))
    while stale:
        for name in sorted(stale):
            plans[name] = _plan(task, partition, name)
        troubled = {
            name: plans[name].troubles[0]
            for name in sorted(stale)
            if _stops(task, plans[name], name)
        }
        if not troubled:
            break
        for name, trouble in troubled.items():
            held |= _held_for(task, partition, name, trouble)
        before, partition = partition, divide(task.ground, seeds, held)
        stale = _touched(task, before, partition)
    alive = _async_functions(task, partition)
    return _Solution(partition, {name: plans[name] for name in alive})


def _seeds(task: _Task) -> Iterator[tuple[FunctionId, Cause]]:
    """Yield the functions with a demand of their own; a weak one counts only where all do."""
    for name, demands in task.demands.items():
        if task.ground.facts.program.functions[name].is_async:
            continue
        strong = [demand for demand in demands if _is_need(demand, task.strategy)]
        if strong:
            yield name, Cause(Link(strong[0].location, strong[0].text))


def _is_need(demand: Demand, strategy: Strategy) -> bool:
    if demand.flavor is Flavor.NEEDS_FLASK:
        return False
    return not demand.weak or strategy is Strategy.ASYNC


def _held_from_start(task: _Task) -> Iterator[tuple[FunctionId, Obstacle]]:
    """Yield what stays Flask code whatever else: what Quart lacks, and all under `bridge`."""
    for name, demands in task.demands.items():
        missing = [demand for demand in demands if demand.flavor is Flavor.NEEDS_FLASK]
        if missing:
            link = Link(missing[0].location, missing[0].text)
            yield name, Obstacle(Barrier.NEEDS_FLASK, link)
        elif task.strategy is Strategy.BRIDGE and any(not demand.weak for demand in demands):
            link = Link(demands[0].location, "the strategy `bridge` makes nothing async")
            yield name, Obstacle(Barrier.STRATEGY, link)


def _async_functions(task: _Task, partition: Partition) -> set[FunctionId]:
    """Return what is async afterwards: what became so, and what of Flask was so in the source.

    Async code that has nothing to do with Flask is not ours to change.
    """
    facts = task.ground.facts
    already = {
        name
        for name in task.demands.keys() | facts.blocking.keys()
        if facts.program.functions[name].is_async and name not in partition.bridged
        if name in task.demands or is_served(facts.entry_points.get(name, ()))
    }
    return already | partition.turned.keys()


def _stops(task: _Task, plan: Plan, name: FunctionId) -> bool:
    """Whether trouble keeps the function from becoming async; what is async already stays so."""
    if task.strategy is Strategy.ASYNC or not plan.troubles:
        return False
    return not task.ground.facts.program.functions[name].is_async


def _held_for(
    task: _Task, partition: Partition, name: FunctionId, trouble: Trouble
) -> Mapping[FunctionId, Obstacle]:
    """Return what stays Flask code so that a write is not cut: the function, or what it calls.

    Where the await that is in the way is the call of a function that takes part in the write
    (it sends the mail), that one stays Flask code, and goes to the lane with the rest.
    """
    cuts_write = trouble.barrier is Barrier.CUT_WRITE
    effects = {
        place.node
        for place in task.ground.facts.blocking.get(name, ())
        if place.writes or place.commits or place.sends
    }
    for site in task.ground.sites.get(name, ()):
        if site.node is trouble.node and site.node in effects and cuts_write:
            text = f"`{name.name}` calls it in the middle of a write, which must stay in one piece"
            obstacle = Obstacle(trouble.barrier, Link(site.location, text))
            return dict.fromkeys(_awaitable(partition) & set(site.targets), obstacle)
    return {name: Obstacle(trouble.barrier, trouble.link)}


def _touched(task: _Task, before: Partition, after: Partition) -> set[FunctionId]:
    """Return the async functions whose plan may differ: those that call what changed."""
    changed = before.turned.keys() ^ after.turned.keys() | before.as_sync ^ after.as_sync
    callers = {
        site.caller
        for name in changed
        for site in task.ground.facts.callers.get(name, ())
        if site.caller is not None
    }
    return (callers | changed) & _async_functions(task, after)


def _plan(task: _Task, partition: Partition, name: FunctionId) -> Plan:
    program = task.ground.facts.program
    awaited = {site.node for site in _await_sites(task, partition, name, weak=False)}
    waits = tuple(_waits(task, partition, name))
    pending = task.pending.get(name, ())
    body = look_at(program, program.functions[name], waits, awaited, pending)
    strict = task.strategy is not Strategy.ASYNC and not program.functions[name].is_async
    return plan_offloads(body, strict=strict)


def _await_sites(
    task: _Task, partition: Partition, name: FunctionId, *, weak: bool
) -> Iterator[AwaitSite]:
    demands = task.demands.get(name, ())
    yield from awaits.of_demands(demand for demand in demands if weak or not demand.weak)
    yield from awaits.of_calls(task.ground, name, _awaitable(partition))


def _awaitable(partition: Partition) -> frozenset[FunctionId]:
    return frozenset(partition.turned) - partition.as_sync


def _waits(task: _Task, partition: Partition, name: FunctionId) -> Iterator[BlockingPlace]:
    """Yield what waits in an async function: its blocking places, and calls of Flask code.

    What is awaited in the source already (``await offload(f)``) does not hold the loop.
    """
    parent = task.ground.facts.program.parent
    places = {
        place.node: place
        for place in task.ground.facts.blocking.get(name, ())
        if not isinstance(parent.get(place.node), ast.Await)
    }
    yield from places.values()
    for site in task.ground.sites.get(name, ()):
        if isinstance(parent.get(site.node), ast.Await):
            continue
        if site.node not in places and not is_wrapper_site(task.ground.wrappers, site):
            for target in site.targets:
                if _is_flask_code(task, partition, target):
                    yield BlockingPlace(
                        site.node, name, site.location, f"{target.name}()", through=target
                    )
                    break


def _is_flask_code(task: _Task, partition: Partition, name: FunctionId) -> bool:
    if name in partition.bridged or name in partition.as_sync:
        return True
    if name in partition.turned or task.ground.facts.program.functions[name].is_async:
        return False
    return name in task.demands


def _colors(
    task: _Task, solution: _Solution, stated: tuple[Demand, ...], in_app: list[Demand]
) -> Colors:
    facts, partition = task.ground.facts, solution.partition
    verdicts = {name: _verdict(task, solution, name) for name in facts.program.functions}
    offloads = tuple(
        offload for name in sorted(solution.plans) for offload in solution.plans[name].offloads
    )
    inside = _nodes_in_lane(offloads)
    sites = [
        site
        for name in sorted(solution.plans)
        for site in _await_sites(task, partition, name, weak=True)
        if site.node not in inside
    ]
    awaited = {site.node for site in sites}
    wrappers = frozenset(partition.turned) & task.ground.wrappers.keys()
    return Colors(
        verdicts=verdicts,
        awaits=tuple(sites),
        met=tuple(d for d in in_app if d.node in awaited and d.flavor is not Flavor.NEEDS_FLASK),
        offloads=offloads,
        as_sync=partition.as_sync,
        async_wrappers=wrappers,
        needs_companion=needs_companion(facts, verdicts, offloads, partition.as_sync),
        module_demands=tuple(demand for demand in in_app if demand.function is None),
        mixed_calls=frozenset(awaits.mixed_calls(task.ground, wrappers, _awaitable(partition))),
        left_blocking=tuple(_left(solution)),
        stated=stated,
    )


def _verdict(task: _Task, solution: _Solution, name: FunctionId) -> Verdict:
    ground, partition = task.ground, solution.partition
    if is_test(ground.facts, name):
        return reasons.untouched_verdict(ground, name)
    if name in partition.turned:
        return reasons.async_verdict(name, partition)
    if name in partition.bridged:
        return reasons.bridged_verdict(name, partition)
    if ground.facts.program.functions[name].is_async:
        return reasons.was_async(ground, name)
    weak = [demand for demand in task.demands.get(name, ()) if demand.weak]
    return reasons.weak_verdict(name, weak[0]) if weak else reasons.sync_verdict(ground, name)


def _nodes_in_lane(offloads: Iterable[Offload]) -> set[ast.AST]:
    """Return the nodes inside blocks and lambdas: there nothing is awaited."""
    return _nodes_in(offload for offload in offloads if offload.form is not OffloadForm.CALL)


def _nodes_in(offloads: Iterable[Offload]) -> set[ast.AST]:
    return {inner for item in offloads for node in item.nodes for inner in ast.walk(node)}


def _left(solution: _Solution) -> Iterator[BlockingPlace]:
    """Yield the places that trouble leaves on the loop: those in no offload."""
    for name in sorted(solution.plans):
        plan = solution.plans[name]
        moved = _nodes_in(plan.offloads) if plan.troubles else set()
        for trouble in plan.troubles:
            yield from (place for place in trouble.places if place.node not in moved)
