"""Whether a generator that became async is one that all who read it, and Quart, can read."""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from migrator.coloring.colors import AwaitSite, Colors, State
from migrator.coloring.demand import Demand, Flavor
from migrator.facts.model import Facts, Role
from migrator.index.symbols import FunctionId

_G = ("flask.g",)
_OF_REQUEST = (
    "flask.current_app", "flask.g", "flask.get_flashed_messages", "flask.jsonify",
    "flask.request", "flask.session", "flask.url_for", "flask_",
)  # fmt: skip
"""Names that find nothing outside a request's context, or may not, as those of extensions."""
_OF_THREAD = (
    "dataset.", "peewee.", "playhouse.", "pony.", "records.", "sqlalchemy.", "sqlite3.",
    "sqlmodel.", "threading.local",
)  # fmt: skip
"""What belongs to one thread, or may: outside a request each offload gets any thread."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What holds for all streams of a program, gathered once.

    ``called`` are the functions that each function calls, ``awaits`` the places in each that are
    awaited, ``awaited`` the nodes of all of them.
    """

    facts: Facts
    colors: Colors
    called: Mapping[FunctionId, Collection[FunctionId]]
    awaits: Mapping[FunctionId, Sequence[AwaitSite]]
    awaited: frozenset[ast.AST]


def standing(facts: Facts, colors: Colors, demands: Iterable[Demand]) -> frozenset[FunctionId]:
    """Return the generators of *demands* that became async, each with all that reads it.

    Whoever makes a response of it must not be Flask code, whose responses hold no async generators.
    A response outlives its request: without ``stream_with_context`` async code of it finds no
    request, and no thread of its own, while a synchronous generator runs in the lane, which keeps
    both. With it, in an app without a companion, ``g`` is a new one, and what tears a request down
    runs twice, once before the stream.
    """
    names = {it.function for it in demands if it.function is not None}
    turned = [name for name in names if colors.verdicts[name].state is State.ASYNC]
    ground = _ground(facts, colors) if turned else None
    return frozenset(name for name in turned if ground and _stands(ground, name))


def _ground(facts: Facts, colors: Colors) -> _Ground:
    called: defaultdict[FunctionId, set[FunctionId]] = defaultdict(set)
    for call in facts.calls:
        if call.caller is not None:
            called[call.caller].update(call.targets)
    awaits: defaultdict[FunctionId, list[AwaitSite]] = defaultdict(list)
    for site in colors.awaits:
        awaits[site.function].append(site)
    return _Ground(facts, colors, called, awaits, frozenset(it.node for it in colors.awaits))


def _stands(ground: _Ground, name: FunctionId) -> bool:
    facts, colors = ground.facts, ground.colors
    handovers = facts.generators.get(name, ())
    if any(colors.verdicts[it.maker].state is State.BRIDGED for it in handovers):
        return False
    if not _is_read_async(ground, name) or _enters_context(ground, name):
        return False
    if _outlives_request(facts, name, set()):
        return not _awaits(ground, name) and not _uses(ground, name, _OF_REQUEST + _OF_THREAD)
    if not handovers or colors.needs_companion:
        return True
    return not _uses(ground, name, _G) and not _has_teardown(facts)


def _has_teardown(facts: Facts) -> bool:
    entries = (entry for found in facts.entry_points.values() for entry in found)
    return any(entry.role is Role.TEARDOWN for entry in entries)


def _is_read_async(ground: _Ground, name: FunctionId) -> bool:
    return all(site.node in ground.awaited for site in ground.facts.callers.get(name, ()))


def _enters_context(ground: _Ground, name: FunctionId) -> bool:
    """Whether a context of Quart's stays open over a ``yield``: who reads on may leave another."""
    return any(site.flavor is Flavor.ASYNC_WITH for site in ground.awaits.get(name, ()))


def _outlives_request(facts: Facts, name: FunctionId, seen: set[FunctionId]) -> bool:
    """Whether the generator feeds a response that does not keep its request, or one that does."""
    seen.add(name)
    if any(handover.context is None for handover in facts.generators.get(name, ())):
        return True
    readers = {site.caller for site in facts.callers.get(name, ())} - seen
    return any(
        _outlives_request(facts, reader, seen)
        for reader in readers
        if reader is not None and reader in facts.generators
    )


def _awaits(ground: _Ground, name: FunctionId) -> bool:
    """Whether the generator awaits what may ask for the request: what is wished for does not."""
    wished = {demand.node for demand in ground.colors.met if demand.wish}
    return any(
        site.node not in wished and site.flavor is not Flavor.ASYNC_FOR
        for site in ground.awaits.get(name, ())
    )


def _uses(ground: _Ground, name: FunctionId, roots: tuple[str, ...]) -> bool:
    """Whether the generator, or what it calls, uses what one of *roots* starts the name of."""
    run = _with_called(ground, name)
    return any(
        use.function in run
        for known, uses in ground.facts.names.items()
        if known.startswith(roots)
        for use in uses
    )


def _with_called(ground: _Ground, name: FunctionId) -> set[FunctionId]:
    """Return *name* and what it calls, through any number of calls."""
    found, waiting = {name}, [name]
    while waiting:
        more = set(ground.called.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return found
