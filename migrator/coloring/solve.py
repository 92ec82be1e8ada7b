"""The solver: from demands to the state of every function, its awaits and its offloads."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from migrator.coloring import awaits, reasons, wishes
from migrator.coloring.barriers import Barrier, Obstacle, is_served
from migrator.coloring.body import look_at
from migrator.coloring.colors import (
    AwaitSite,
    Colors,
    Link,
    Offload,
    OffloadForm,
    Refusal,
    Verdict,
)
from migrator.coloring.companion import needs_companion
from migrator.coloring.demand import NOT_AWAITED, Demand, Flavor
from migrator.coloring.found import Trouble
from migrator.coloring.hops import saves
from migrator.coloring.lane import flask_side, of_flask, waits_in
from migrator.coloring.needs import Needs, held_from_start, needs_of, seeds
from migrator.coloring.offloads import Plan, plan_offloads
from migrator.coloring.partition import (
    Ground,
    Partition,
    divide,
    is_test,
    mates,
    survey,
    without_callbacks,
)
from migrator.coloring.wrappers import is_wrapper_site
from migrator.facts.blocking import pending_writes
from migrator.facts.migrated import imports_quart
from migrator.facts.model import BlockingPlace, Facts
from migrator.index.symbols import FunctionId
from migrator.options import Options, Strategy

_ABORTS = ("flask.abort", "flask.helpers.abort", "quart.abort", "werkzeug.exceptions.abort")


@dataclass(frozen=True, slots=True)
class _Task:
    """What the solver was given, sorted once."""

    ground: Ground
    needs: Needs
    pending: Mapping[FunctionId, tuple[ast.expr, ...]]
    raising: frozenset[ast.AST]


@dataclass(frozen=True, slots=True)
class _Round:
    """One division of the functions, and which of them run Flask code under it."""

    partition: Partition
    side: frozenset[FunctionId]
    awaitable: frozenset[FunctionId]


@dataclass(frozen=True, slots=True)
class _Solution:
    """The last round: every async function has a plan for what waits in it."""

    round: _Round
    plans: Mapping[FunctionId, Plan]


def color(facts: Facts, demands: Iterable[Demand], options: Options) -> Colors:
    """Decide what becomes of each function of the program.

    ``facts.blocking`` must be filled (:func:`migrator.facts.blocking.find_blocking`). Each wish
    that turns out to be impossible is refused, and the rest is decided again without it.
    """
    stated = tuple(demands)
    refused: tuple[Refusal, ...] = ()
    while True:
        colors = _color(facts, wishes.in_force(stated, refused), options)
        more = wishes.refused(facts, stated, refused, colors)
        if not more:
            return replace(colors, refused=refused)
        refused += more


def _color(facts: Facts, stated: tuple[Demand, ...], options: Options) -> Colors:
    replaced = frozenset(it.node for it in stated if it.flavor is Flavor.REPLACED)
    streams = frozenset(it.function for it in stated if it.flavor is Flavor.STREAM and it.function)
    stated = tuple(it for it in stated if it.flavor is not Flavor.REPLACED)
    in_app = [it for it in stated if not _in_test(facts, it) and not wishes.is_leave(it)]
    needs = needs_of(in_app, options.strategy)
    raising = frozenset(
        use.call for name in _ABORTS for use in facts.names.get(name, ()) if use.call
    )
    pending = pending_writes(facts)
    ground = survey(facts, replaced, streams)
    ground = without_callbacks(ground, dict(seeds(facts, needs)))
    task = _Task(ground, needs, pending, raising)
    colors = _colors(task, _solve(task), stated, in_app)
    return replace(colors, replaced=replaced)


def _in_test(facts: Facts, demand: Demand) -> bool:
    return facts.program.modules[facts.program.module_of[demand.node]].is_test


def _solve(task: _Task) -> _Solution:
    """Divide until each function that becomes async can do so without cutting a write in two."""
    held = dict(held_from_start(task.ground.facts, task.needs))
    plans: dict[FunctionId, Plan] = {}
    now = _divide(task, held)
    stale = _async_functions(task, now)
    while stale:
        plans |= {name: _plan(task, now, name) for name in sorted(stale)}
        troubled = [name for name in sorted(stale) if _stops(task, now, plans, name)]
        if not troubled:
            break
        for name in troubled:
            held |= _held_for(task, now, name, plans[name].troubles[0])
        before, now = now, _divide(task, held)
        stale = _touched(task, before, now)
    return _Solution(now, {name: plans[name] for name in _async_functions(task, now)})


def _divide(task: _Task, held: Mapping[FunctionId, Obstacle]) -> _Round:
    partition = divide(task.ground, dict(seeds(task.ground.facts, task.needs)), held)
    side = flask_side(task.ground, partition, task.needs.demands.keys())
    return _Round(partition, side, frozenset(partition.turned) - partition.as_sync)


def _async_functions(task: _Task, now: _Round) -> set[FunctionId]:
    """Return what is async afterwards: what became so, and what of Flask was so in the source.

    Async code that has nothing to do with Flask is not ours to change, and what was written for
    Quart is as it should be.
    """
    facts, demanding = task.ground.facts, task.needs.demands.keys()
    already = {
        name
        for name in demanding | facts.blocking.keys()
        if facts.program.functions[name].is_async and name not in now.partition.bridged
        if name in demanding or _is_served_by_flask(facts, name)
    }
    return already | now.partition.turned.keys()


def _is_served_by_flask(facts: Facts, name: FunctionId) -> bool:
    """Whether Flask calls the async function."""
    module = facts.program.modules[facts.program.functions[name].module]
    return is_served(facts.entry_points.get(name, ())) and not imports_quart(module)


def _stops(task: _Task, now: _Round, plans: Mapping[FunctionId, Plan], name: FunctionId) -> bool:
    """Whether trouble keeps the function from becoming async; what is async already stays so.

    Where the same call runs others that await something, it is async for their sake.
    """
    plan = plans[name]
    if plan.idle and any(
        mate in now.awaitable and mate in plans and not plans[mate].troubles
        for mate in mates(task.ground, name)
    ):
        return False
    if task.ground.facts.program.functions[name].is_async:
        return False
    if task.needs.strategy is not Strategy.ASYNC:
        return bool(plan.troubles)
    in_lane = {demand.in_lane for demand in task.needs.in_lane(name)}
    return any(place.node in in_lane for trouble in plan.troubles for place in trouble.places)


def _held_for(
    task: _Task, now: _Round, name: FunctionId, trouble: Trouble
) -> Mapping[FunctionId, Obstacle]:
    """Return what stays Flask code so that a write is not cut: the function, or what it calls.

    Where the await that is in the way is the call of a function that takes part in the write
    (it sends the mail), and no hop can do it, that one stays Flask code, and goes to the lane with
    the rest. What a decorator wraps may be async below it.
    """
    cuts_write = trouble.barrier is Barrier.CUT_WRITE
    effects = {
        place.node
        for place in task.ground.facts.blocking.get(name, ())
        if place.writes or place.commits or place.sends
    }
    for site in task.ground.sites.get(name, ()):
        if site.node in task.ground.hoppable or is_wrapper_site(task.ground.wrappers, site):
            continue
        if site.node is trouble.node and site.node in effects and cuts_write:
            text = f"`{name.name}` calls it in the middle of a write, which must stay in one piece"
            obstacle = Obstacle(trouble.barrier, Link(site.location, text))
            return dict.fromkeys(now.awaitable & set(site.targets), obstacle)
    return {name: Obstacle(trouble.barrier, trouble.link)}


def _touched(task: _Task, before: _Round, after: _Round) -> set[FunctionId]:
    """Return the async functions whose plan may differ: those that call what changed."""
    changed = before.awaitable ^ after.awaitable | before.side ^ after.side
    callers = {
        site.caller
        for name in changed
        for site in task.ground.facts.callers.get(name, ())
        if site.caller is not None
    }
    return (callers | changed) & _async_functions(task, after)


def _plan(task: _Task, now: _Round, name: FunctionId) -> Plan:
    program = task.ground.facts.program
    function = program.functions[name]
    awaited = {site.node for site in _await_sites(task, now, name, weak=False)}
    waits = (*of_flask(task.needs.in_lane(name)), *waits_in(task.ground, now.side, name))
    if awaited.issuperset(place.node for place in waits):
        return Plan(())
    pending = task.pending.get(name, ())
    demands = task.needs.demands.get(name, ())
    body = look_at(
        program,
        function,
        waits,
        awaited,
        pending=pending,
        raising=task.raising,
        early={demand.node: demand.early for demand in demands},
        lane={*(it.node for it in demands if it.also_flask), *_hoppable(task, now, name)},
        last={*_last(task, now, name)},
    )
    strict = task.needs.strategy is not Strategy.ASYNC and not function.is_async
    return plan_offloads(body, strict=strict)


def _hoppable(task: _Task, now: _Round, name: FunctionId) -> Iterator[ast.AST]:
    """Yield the calls that a write in the lane may do by a hop: what they get is all of Quart."""
    demanded = (it.node for it in task.needs.demands.get(name, ()) if it.hops)
    sites = awaits.of_calls(task.ground, name, now.awaitable)
    called = (site.node for site in sites if site.flavor is Flavor.AWAIT)
    yield from (node for node in (*demanded, *called) if isinstance(node, ast.Call))


def _last(task: _Task, now: _Round, name: FunctionId) -> Iterator[ast.AST]:
    """Yield what may be awaited after a write in the lane: it has no effect itself."""
    places = task.ground.facts.blocking.get(name, ())
    effects = {it.node for it in places if it.writes or it.commits or it.sends or not it.known}
    demands = task.needs.demands.get(name, ())
    shown = (it.node for it in demands if it.also_flask or it.companion)
    yield from (node for node in (*shown, *_hoppable(task, now, name)) if node not in effects)


def _await_sites(task: _Task, now: _Round, name: FunctionId, *, weak: bool) -> Iterator[AwaitSite]:
    demands = task.needs.demands.get(name, ())
    yield from awaits.of_demands(demand for demand in demands if weak or not demand.weak)
    yield from awaits.of_calls(task.ground, name, now.awaitable)


def _colors(
    task: _Task, solution: _Solution, stated: tuple[Demand, ...], in_app: list[Demand]
) -> Colors:
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


def _hops(task: _Task, solution: _Solution, inside: Collection[ast.AST]) -> Iterator[ast.AST]:
    """Yield the calls of async functions inside blocks that go to the lane, and in Flask code."""
    bridged = solution.round.partition.bridged.keys()
    facts = task.ground.facts
    for name in sorted(solution.plans):
        demands = task.needs.demands.get(name, ())
        yield from (it.node for it in demands if it.hops and it.node in inside)
    yield from (call for call in saves(facts) if facts.program.owner.get(call) in bridged)
    for name in sorted(solution.plans.keys() | bridged):
        for site in awaits.of_calls(task.ground, name, solution.round.awaitable):
            if site.node in inside or (name in bridged and site.node in task.ground.hoppable):
                yield site.node


def _sites_outside_lane(
    task: _Task, solution: _Solution, offloads: Iterable[Offload]
) -> Iterator[AwaitSite]:
    """Yield the places to await; inside blocks and lambdas nothing is awaited."""
    inside = _nodes_in(offload for offload in offloads if offload.form is not OffloadForm.CALL)
    for name in sorted(solution.plans):
        for site in _await_sites(task, solution.round, name, weak=True):
            if site.node not in inside:
                yield site


def _nodes_in(offloads: Iterable[Offload]) -> set[ast.AST]:
    return {inner for item in offloads for node in item.nodes for inner in ast.walk(node)}


def _verdict(task: _Task, now: _Round, name: FunctionId) -> Verdict:
    ground, partition = task.ground, now.partition
    if is_test(ground.facts, name):
        return reasons.untouched_verdict(ground, name)
    if name in partition.turned:
        return reasons.async_verdict(name, partition)
    if ground.facts.program.functions[name].is_async:
        return reasons.was_async(ground, name)
    return _verdict_on_sync(task, partition, name)


def _verdict_on_sync(task: _Task, partition: Partition, name: FunctionId) -> Verdict:
    if name in partition.bridged and name in task.needs.demands:
        return reasons.bridged_verdict(name, partition)
    verdict = _verdict_on_quart_code(task, partition, name)
    in_lane = task.needs.in_lane(name)
    return reasons.lane_verdict(verdict, in_lane[0]) if in_lane else verdict


def _verdict_on_quart_code(task: _Task, partition: Partition, name: FunctionId) -> Verdict:
    if name in partition.needing:
        return reasons.spared_verdict(task.ground, name, partition)
    weak = task.needs.weak(name)
    if weak is not None:
        return reasons.weak_verdict(name, weak)
    return reasons.sync_verdict(task.ground, name)


def _left(solution: _Solution) -> Iterator[BlockingPlace]:
    """Yield the places that trouble leaves on the loop: those in no offload."""
    for name in sorted(solution.plans):
        plan = solution.plans[name]
        moved = _nodes_in(plan.offloads) if plan.troubles else set()
        for trouble in plan.troubles:
            yield from (place for place in trouble.places if place.node not in moved)
