"""Whether a generator that became async is one that all who read it, and Quart, can read."""

from migrator.coloring.colors import Colors, State
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


def stands(facts: Facts, colors: Colors, demand: Demand) -> bool:
    """Whether the generator of *demand* became async, with all that reads it.

    Whoever makes a response of it must not be Flask code, whose responses hold no async generators.
    A response outlives its request: without ``stream_with_context`` async code of it finds no
    request, and no thread of its own, while a synchronous generator runs in the lane, which keeps
    both. With it, in an app without a companion, ``g`` is a new one, and what tears a request down
    runs twice, once before the stream.
    """
    name = demand.function
    if name is None or colors.verdicts[name].state is not State.ASYNC:
        return False
    handovers = facts.generators.get(name, ())
    if any(colors.verdicts[it.maker].state is State.BRIDGED for it in handovers):
        return False
    if not _is_read_async(facts, colors, name) or _enters_context(colors, name):
        return False
    if _outlives_request(facts, name, set()):
        return not _awaits(colors, name) and not _uses(facts, name, _OF_REQUEST + _OF_THREAD)
    if not handovers or colors.needs_companion:
        return True
    return not _uses(facts, name, _G) and not _has_teardown(facts)


def _has_teardown(facts: Facts) -> bool:
    entries = (entry for found in facts.entry_points.values() for entry in found)
    return any(entry.role is Role.TEARDOWN for entry in entries)


def _is_read_async(facts: Facts, colors: Colors, name: FunctionId) -> bool:
    awaited = {site.node for site in colors.awaits}
    return all(site.node in awaited for site in facts.callers.get(name, ()))


def _enters_context(colors: Colors, name: FunctionId) -> bool:
    """Whether a context of Quart's stays open over a ``yield``: who reads on may leave another."""
    sites = (it for it in colors.awaits if it.function == name)
    return any(site.flavor is Flavor.ASYNC_WITH for site in sites)


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


def _awaits(colors: Colors, name: FunctionId) -> bool:
    """Whether the generator awaits what may ask for the request: what is wished for does not."""
    wished = {demand.node for demand in colors.met if demand.wish}
    return any(
        site.node not in wished and site.flavor is not Flavor.ASYNC_FOR
        for site in colors.awaits
        if site.function == name
    )


def _uses(facts: Facts, name: FunctionId, roots: tuple[str, ...]) -> bool:
    """Whether the generator, or what it calls, uses what one of *roots* starts the name of."""
    reading = {
        use.function
        for known, uses in facts.names.items()
        if known.startswith(roots)
        for use in uses
    }
    return not reading.isdisjoint(_with_called(facts, name))


def _with_called(facts: Facts, name: FunctionId) -> set[FunctionId]:
    """Return *name* and what it calls, through any number of calls."""
    called: dict[FunctionId | None, set[FunctionId]] = {}
    for site in facts.calls:
        called.setdefault(site.caller, set()).update(site.targets)
    found, waiting = {name}, [name]
    while waiting:
        more = called.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found
