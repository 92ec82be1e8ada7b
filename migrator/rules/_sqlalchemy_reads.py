"""Reads of SQLAlchemy sessions: the calls that an asyncio engine may serve, and why others stay."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrator.coloring.decorated import wants_as_sync
from migrator.coloring.partition import is_test
from migrator.facts.blocking import pending_writes
from migrator.facts.model import BlockingPlace, Facts, Use
from migrator.facts.sql import writes
from migrator.index.symbols import FunctionId
from migrator.rules._natives import calls, off_the_loop
from migrator.rules._places import ancestors

NATIVE = "sqlalchemy=asyncio"
MODULE = "sqlalchemy_asyncio"

_BY_KEY = frozenset({"get", "get_one", "get_or_404"})
_WITH_ROWS = frozenset({"execute", "scalars"})
_BETWEEN = frozenset({"columns", "mappings", "tuples", "unique"})
_LAST = frozenset(
    {
        "all", "fetchall", "fetchone", "first", "one", "one_or_none", "scalar", "scalar_one",
        "scalar_one_or_none",
    }
)  # fmt: skip
_LOCKS = "with_for_update"
_LIBRARIES = ("flask_sqlalchemy.", "sqlalchemy.", "sqlmodel.")


@dataclass(frozen=True, slots=True)
class Read:
    """A read that may be awaited: ``call`` is that of the session, ``whole`` what is awaited.

    ``beside`` are the expressions that wait for nothing then: the calls of the chain, and what
    reads its rows later on.
    """

    call: ast.Call
    use: Use
    whole: ast.Call
    beside: tuple[ast.expr, ...]


@dataclass(frozen=True, slots=True)
class Stays:
    """A read that stays as it is, and why."""

    node: ast.expr
    why: str


def reads(facts: Facts) -> Iterator[Read | Stays]:
    """Yield every read of a session in functions of the app that a request may wait for."""
    found = calls(facts, NATIVE)
    writing = _writers(facts) if found else {}
    for call, use in found.items():
        told = None if _name(call) in _BY_KEY else writes(facts, call)
        if told or off_the_loop(facts, use):
            continue
        why = _why_not(facts, writing, call, use, is_select=told is False)
        if why is not None:
            yield Stays(call, why)
        else:
            steps = [call, *(_steps(facts, call) if _name(call) in _WITH_ROWS else ())]
            beside = (*steps[:-1], *_rows_of(facts, steps[-1]))
            yield Read(call, use, steps[-1], beside)


def legacy_queries(facts: Facts) -> Iterator[Stays]:
    """Yield what runs a legacy query: ``Book.query.all()``, ``session.query(Book).count()``."""
    why = "a legacy `Query` belongs to its session; AsyncSession has none. A `select()` may go"
    for places in facts.blocking.values():
        for place in places:
            if place.what.startswith(_LIBRARIES) and _is_of_query(place):
                yield Stays(place.node, why)


def _is_of_query(place: BlockingPlace) -> bool:
    parts = place.what.split(".")
    return "query" in parts[1:] or "query()" in parts[1:]


def _why_not(
    facts: Facts,
    writing: Mapping[FunctionId, str],
    call: ast.Call,
    use: Use,
    *,
    is_select: bool,
) -> str | None:
    if use.function is None or not use.certain:
        return "what it is called on may be something else"
    if _name(call) not in _BY_KEY and (not is_select or _is_text(call)):
        return "its statement is not seen to be a `select()`"
    if any(getattr(node, "attr", getattr(node, "arg", "")) == _LOCKS for node in ast.walk(call)):
        return "it locks what it reads, for a write that follows"
    writer = _writer(facts, writing, use.function)
    if writer is not None:
        return f"`{writer}` writes, so all of it belongs to one transaction"
    if wants_as_sync(facts, use.function):
        return f"a decorator of `{use.function.name}` holds a thread for the request"
    return _in_the_way(facts, call, use.function)


def _name(call: ast.expr) -> str:
    """Return the name of the method that *call* calls."""
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        return call.func.attr
    return ""


def _is_text(call: ast.Call) -> bool:
    return any(
        isinstance(node, ast.Call) and _last_name(node.func) == "text" for node in ast.walk(call)
    )


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _writers(facts: Facts) -> Mapping[FunctionId, str]:
    """Return the functions that write, by themselves or through what they call."""
    found = {
        name
        for name, places in facts.blocking.items()
        if any(place.writes or place.commits for place in places)
    }
    return {name: name.name for name in found.union(pending_writes(facts))}


def _writer(facts: Facts, writing: Mapping[FunctionId, str], name: FunctionId) -> str | None:
    """Return the first of the function and its callers in the app, at any depth, that writes."""
    seen, waiting = {name}, [name]
    while waiting:
        current = waiting.pop()
        if current in writing:
            return writing[current]
        callers = {site.caller for site in facts.callers.get(current, ())} - seen
        above = {caller for caller in callers if caller and not is_test(facts, caller)}
        waiting.extend(sorted(above))
        seen |= above
    return None


def _in_the_way(facts: Facts, call: ast.Call, function: FunctionId) -> str | None:
    """Say what in the function around the call, or in its arguments, goes to the thread."""
    places = {place.node for place in facts.blocking.get(function, ())}
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if any(node in places for argument in arguments for node in ast.walk(argument)):
        return "its arguments are computed in the thread"
    for above in ancestors(facts, call):
        if above is facts.program.functions[function].node:
            break
        if isinstance(above, ast.With) and any(it.context_expr in places for it in above.items):
            return "the `with` around it is entered in the thread"
    return None


def _steps(facts: Facts, rows: ast.expr) -> list[ast.Call]:
    """Return the calls in ``rows.scalars().all()``, as far as they tell rows from rows."""
    steps: list[ast.Call] = []
    above = _called_on(facts, rows)
    while above is not None and _name(above) in _WITH_ROWS | _BETWEEN | _LAST:
        steps.append(above)
        above = None if _name(above) in _LAST else _called_on(facts, above)
    while steps and _name(steps[-1]) in _BETWEEN:
        steps.pop()
    return steps


def _called_on(facts: Facts, value: ast.expr) -> ast.Call | None:
    """Return the call of a method of *value*, if its arguments are constants."""
    member = facts.program.parent.get(value)
    above = facts.program.parent.get(member) if isinstance(member, ast.Attribute) else None
    if not isinstance(above, ast.Call) or above.func is not member or above.keywords:
        return None
    return above if all(isinstance(it, ast.Constant) for it in above.args) else None


def _rows_of(facts: Facts, whole: ast.Call) -> Iterator[ast.expr]:
    """Yield what reads the rows of *whole*, which are all there once it was awaited."""
    if _name(whole) not in _WITH_ROWS:
        return
    yield from _read_here(facts, whole)
    for kept in _reads_of_name(facts, whole):
        steps: list[ast.expr] = [kept, *_steps(facts, kept)]
        yield from steps
        yield from _read_here(facts, steps[-1])


def _read_here(facts: Facts, rows: ast.expr) -> Iterator[ast.expr]:
    """Yield the call of a function of Python's that reads *rows*, and nothing else."""
    above = facts.program.parent.get(rows)
    if isinstance(above, ast.Call) and above.args == [rows] and not above.keywords:
        names = facts.names_at.get(above.func, frozenset())
        if names and all(name.startswith("builtins.") for name in names):
            yield above


def _reads_of_name(facts: Facts, whole: ast.expr) -> list[ast.Name]:
    """Return where the function reads the name that it gives *whole*, and nothing else."""
    match facts.program.parent.get(whole):
        case ast.Assign(targets=[ast.Name(id=name)]):
            owner = facts.program.owner[whole]
        case _:
            return []
    if owner is None:
        return []
    function = facts.program.functions[owner]
    uses = [node for node in ast.walk(function.node) if getattr(node, "id", None) == name]
    names = [node for node in uses if isinstance(node, ast.Name)]
    read = [node for node in names if isinstance(node.ctx, ast.Load)]
    once = len(names) - len(read) == 1 and name not in function.parameters
    return [node for node in read if facts.program.owner[node] == owner] if once else []
