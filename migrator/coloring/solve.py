"""The solver: from demands to the state of every function, its awaits and its offloads."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrator.coloring import awaits, wishes
from migrator.coloring.barriers import Barrier, Obstacle, is_served
from migrator.coloring.body import look_at
from migrator.coloring.colors import Colors, Link, Refusal
from migrator.coloring.demand import Demand, Flavor
from migrator.coloring.found import Trouble
from migrator.coloring.lane import flask_side, of_flask, waits_in
from migrator.coloring.needs import held_from_start, needs_of, seeds
from migrator.coloring.offloads import Plan, plan_offloads
from migrator.coloring.outcome import colors_of
from migrator.coloring.partition import divide, mates, survey, without_callbacks
from migrator.coloring.rounds import Round, Solution, Task, await_sites
from migrator.coloring.wrappers import is_wrapper_site
from migrator.facts.blocking import pending_writes
from migrator.facts.migrated import imports_quart
from migrator.facts.model import Facts
from migrator.index.symbols import FunctionId
from migrator.options import Options, Strategy

_ABORTS = ("flask.abort", "flask.helpers.abort", "quart.abort", "werkzeug.exceptions.abort")


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
    task = Task(ground, needs, pending, raising)
    colors = colors_of(task, _solve(task), stated, in_app)
    return replace(colors, replaced=replaced)


def _in_test(facts: Facts, demand: Demand) -> bool:
    return facts.program.modules[facts.program.module_of[demand.node]].is_test


def _solve(task: Task) -> Solution:
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
    return Solution(now, {name: plans[name] for name in _async_functions(task, now)})


def _divide(task: Task, held: Mapping[FunctionId, Obstacle]) -> Round:
    partition = divide(task.ground, dict(seeds(task.ground.facts, task.needs)), held)
    side = flask_side(task.ground, partition, task.needs.demands.keys())
    return Round(partition, side, frozenset(partition.turned) - partition.as_sync)


def _async_functions(task: Task, now: Round) -> set[FunctionId]:
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


def _stops(task: Task, now: Round, plans: Mapping[FunctionId, Plan], name: FunctionId) -> bool:
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
    task: Task, now: Round, name: FunctionId, trouble: Trouble
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


def _touched(task: Task, before: Round, after: Round) -> set[FunctionId]:
    """Return the async functions whose plan may differ: those that call what changed."""
    changed = before.awaitable ^ after.awaitable | before.side ^ after.side
    callers = {
        site.caller
        for name in changed
        for site in task.ground.facts.callers.get(name, ())
        if site.caller is not None
    }
    return (callers | changed) & _async_functions(task, after)


def _plan(task: Task, now: Round, name: FunctionId) -> Plan:
    program = task.ground.facts.program
    function = program.functions[name]
    awaited = {site.node for site in await_sites(task, now, name, weak=False)}
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


def _hoppable(task: Task, now: Round, name: FunctionId) -> Iterator[ast.AST]:
    """Yield the calls that a write in the lane may do by a hop: what they get is all of Quart."""
    demanded = (it.node for it in task.needs.demands.get(name, ()) if it.hops)
    sites = awaits.of_calls(task.ground, name, now.awaitable)
    called = (site.node for site in sites if site.flavor is Flavor.AWAIT)
    yield from (node for node in (*demanded, *called) if isinstance(node, ast.Call))


def _last(task: Task, now: Round, name: FunctionId) -> Iterator[ast.AST]:
    """Yield what may be awaited after a write in the lane: it has no effect itself."""
    places = task.ground.facts.blocking.get(name, ())
    effects = {it.node for it in places if it.writes or it.commits or it.sends or not it.known}
    demands = task.needs.demands.get(name, ())
    shown = (it.node for it in demands if it.also_flask or it.companion)
    yield from (node for node in (*shown, *_hoppable(task, now, name)) if node not in effects)
