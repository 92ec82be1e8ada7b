"""Which generators feed responses, and may become async for it."""

import ast
from collections.abc import Iterator, Mapping

from migrator.facts.model import Facts, Handover
from migrator.index.symbols import FunctionId

_YIELDS = (ast.Yield, ast.YieldFrom)


def streams(facts: Facts) -> Mapping[FunctionId, tuple[Handover, ...]]:
    """Return the generators that may become async and may have a reason to, with their handovers.

    The reason is a call of the program or of Flask, or that they wait.
    """
    calling = {site.caller for site in facts.calls}
    return {
        name: handovers
        for name, handovers in facts.generators.items()
        if name in facts.blocking or name in calling or _uses_flask(facts, name)
    }


def contexts(facts: Facts) -> frozenset[ast.AST]:
    """Return each ``stream_with_context`` around or over such a generator."""
    found = streams(facts).values()
    return frozenset(it.context for each in found for it in each if it.context is not None)


def waiting_streams(facts: Facts) -> frozenset[FunctionId]:
    """Return the generators that feed responses, perhaps through others, and wait in between."""
    found = {name for name, handovers in facts.generators.items() if handovers}
    waiting = list(found)
    while waiting:
        feeding = waiting.pop()
        more = {name for name in facts.generators if _reads(facts, feeding, name)} - found
        found |= more
        waiting += more
    return frozenset(name for name in found if _waits_between_yields(facts, name))


def _reads(facts: Facts, reader: FunctionId, name: FunctionId) -> bool:
    return any(site.caller == reader for site in facts.callers.get(name, ()))


def _waits_between_yields(facts: Facts, name: FunctionId) -> bool:
    """Whether a loop of the generator waits and yields: it lasts as long as somebody reads."""
    places = facts.blocking.get(name, ())
    waits = {place.node for place in places}
    rows = {place.node for place in places if place.rows}
    return any(
        not waits.isdisjoint(repeated) and any(isinstance(it, _YIELDS) for it in repeated)
        for repeated in _loops(facts, name, rows)
    )


def _loops(facts: Facts, name: FunctionId, rows: set[ast.expr]) -> Iterator[set[ast.AST]]:
    """Yield what is done for each item, for each loop of the generator."""
    for node in _own_nodes(facts, name):
        match node:
            case ast.For(iter=iterated, body=body):
                inside = {inner for part in body for inner in ast.walk(part)}
                yield inside | {it for it in (iterated,) if it in rows}
            case ast.While():
                yield set(ast.walk(node))
            case ast.YieldFrom(value=source):
                yield {node, *(it for it in (source,) if it in rows)}
            case _:
                pass


def _uses_flask(facts: Facts, name: FunctionId) -> bool:
    return any(
        node in facts.kinds_at
        or any(it.startswith("flask.") for it in facts.names_at.get(node, ()))
        for node in _own_nodes(facts, name)
    )


def _own_nodes(facts: Facts, name: FunctionId) -> Iterator[ast.AST]:
    for node in ast.walk(facts.program.functions[name].node):
        if facts.program.owner.get(node) == name:
            yield node
