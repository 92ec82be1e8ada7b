"""Plans how the blocking code of one async function goes to the lane, statement list by list."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from migrator.coloring.barriers import Barrier
from migrator.coloring.bindings import binders
from migrator.coloring.blocks import Block, Unfit, as_block, as_block_after_awaits, as_flask_block
from migrator.coloring.body import Body
from migrator.coloring.colors import Link, Offload, OffloadForm
from migrator.coloring.expressions import offload_at, offload_expressions
from migrator.coloring.write_runs import Run, write_runs
from migrator.facts.flow import ancestors, statement_lists
from migrator.facts.model import BlockingPlace

NEIGHBOURS = 3
"""So many neighbouring statements that wait become one nested function."""
MOST_LINES = 12
MOST_RESULTS = 3

_SAVE, _SEND, _LOAD, _FINISH, _WORK = "save", "send", "load", "finish", "work"
_SENDERS = ("send", "publish")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a part of a function cannot be offloaded, and what would then block the loop.

    ``node`` is what stands in the way, an await as a rule; ``statements`` are the part.
    """

    barrier: Barrier
    node: ast.AST
    statements: tuple[ast.stmt, ...]
    link: Link
    places: tuple[BlockingPlace, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The offloads of one function, and what stands in their way."""

    offloads: tuple[Offload, ...]
    troubles: tuple[Trouble, ...] = ()


def plan_offloads(body: Body, *, strict: bool) -> Plan:
    """Plan the offloads of an async function.

    With ``strict``, what cannot go to the lane in one piece is a trouble. Without, it goes there
    piece by piece where it can, and the trouble is only told. Before it is one, what is awaited
    inside goes there as Flask code, unless nothing else in the function is awaited.
    """
    if not body.places:
        return Plan(())
    plan = _planned(replace(body, lane=frozenset()), strict=strict)
    if plan.troubles and body.lane:
        with_flask = _planned(body, strict=strict)
        if not with_flask.troubles and _awaits(body, with_flask):
            return with_flask
    return plan


def _awaits(body: Body, plan: Plan) -> bool:
    """Whether anything but the offloads themselves is awaited."""
    moved = {node for offload in plan.offloads for node in _awaited_inside(body, offload)}
    left = any(node not in moved for node in body.awaited.get(body.function.node, ()))
    return left or any(offload.hoisted for offload in plan.offloads)


def _awaited_inside(body: Body, offload: Offload) -> Iterator[ast.AST]:
    if offload.form is OffloadForm.BLOCK:
        for statement in offload.nodes:
            yield from body.awaited.get(statement, ())


def _planned(body: Body, *, strict: bool) -> Plan:
    found = list(_of_list(body, body.statements, strict=strict))
    tail = _tail(body, found) or _flask_tail(body, found)
    if tail is not None:
        found = [item for item in found if not _is_in(item, tail)] + [tail]
    found = list(_with_bound_names(body, found))
    offloads = [item for item in found if isinstance(item, Offload)]
    troubles = [item for item in found if isinstance(item, Trouble)]
    return Plan(tuple(_named(body, offloads)), tuple(troubles))


Found = Offload | Trouble


def _of_list(body: Body, statements: Sequence[ast.stmt], *, strict: bool) -> Iterator[Found]:
    """Plan a list of statements: write runs first, then what stands between them."""
    start = 0
    for run in write_runs(body, statements):
        yield from _between_runs(body, statements[start : run.first], strict=strict)
        yield from _of_run(body, statements, run, strict=strict)
        start = run.last + 1
    yield from _between_runs(body, statements[start:], strict=strict)


def _of_run(
    body: Body, statements: Sequence[ast.stmt], run: Run, *, strict: bool
) -> Iterator[Found]:
    inside = statements[run.first : run.last + 1]
    if isinstance(run.plan, Block):
        yield _block(body, run.plan, _SAVE)
        return
    text = f"{run.plan.text} between a write and its commit, or between the commit and what follows"
    yield _trouble(body, Barrier.CUT_WRITE, run.plan.node, text, inside)
    if not strict:
        yield from _between_runs(body, inside, strict=strict)


def _between_runs(body: Body, statements: Sequence[ast.stmt], *, strict: bool) -> Iterator[Found]:
    index = 0
    while index < len(statements):
        block = _neighbours(body, statements[index:])
        if block is not None:
            yield _block(body, block, _name_of(body, block))
            index += len(block.statements)
        else:
            yield from _of_statement(body, statements[index], strict=strict)
            index += 1


def _neighbours(body: Body, statements: Sequence[ast.stmt]) -> Block | None:
    """Return the longest block of neighbours that wait, from the first statement on."""
    count = 0
    while count < len(statements) and statements[count] in body.blocking:
        count += 1
    while count >= NEIGHBOURS:
        block = as_block(body, statements[:count])
        if isinstance(block, Block) and _is_handy(block):
            return block
        count -= 1
    return None


def _is_handy(block: Block) -> bool:
    first, last = block.statements[0], block.statements[-1]
    lines = (last.end_lineno or last.lineno) - first.lineno + 1
    return lines <= MOST_LINES and len(block.results) <= MOST_RESULTS


def _of_statement(body: Body, statement: ast.stmt, *, strict: bool) -> Iterator[Found]:
    if statement not in body.blocking:
        return
    if _must_move_whole(body, statement):
        yield from _whole(body, statement, strict=strict)
        return
    yield from _of_source(body, statement)
    for inner in statement_lists(statement):
        yield from _of_list(body, inner, strict=strict)


def _must_move_whole(body: Body, statement: ast.stmt) -> bool:
    """Whether the statement would offload in a loop, or hold something open across an await."""
    match statement:
        case ast.For(iter=iterated, body=inner):
            rows = iterated in body.places and body.places[iterated].rows
            return rows or any(part in body.blocking for part in inner)
        case ast.While():
            return True
        case ast.With(items=items):
            return any(item.context_expr in body.blocking for item in items)
        case _:
            return False


def _whole(body: Body, statement: ast.stmt, *, strict: bool) -> Iterator[Found]:
    block = as_block_after_awaits(body, [statement])
    if isinstance(block, Block):
        yield _block(body, block, _name_of(body, block))
        return
    if _may_stay_open(body, statement):
        yield from _in_parts(body, statement, strict=strict)
        return
    flask_block = as_flask_block(body, [statement], tail=False)
    if isinstance(flask_block, Block):
        yield _block(body, flask_block, _name_of(body, flask_block))
        return
    kind = "`with`" if isinstance(statement, ast.With) else "loop"
    text = f"{block.text} inside a {kind} that waits: it cannot go to the lane in one piece"
    yield _trouble(body, Barrier.LOOP_OF_WAITS, block.node, text, [statement])
    if not strict:
        yield from _in_parts(body, statement, strict=strict)


def _may_stay_open(body: Body, statement: ast.stmt) -> bool:
    """Whether awaits may stand inside: no write is cut, and no rows are fetched between them."""
    match statement:
        case ast.With(items=items):
            entered = [item.context_expr for item in items]
            return not any(it in body.writing or _is_lock(body, it) for it in entered)
        case ast.For(iter=iterated):
            rows = iterated in body.places and body.places[iterated].rows
            return statement not in body.writing and (not rows or body.function.is_generator)
        case _:
            return statement not in body.writing


def _is_lock(body: Body, entered: ast.expr) -> bool:
    """Whether a lock is taken: one that is held over an await holds up whoever wants it."""
    place = body.places.get(entered)
    return place is not None and any(it in place.what for it in ("threading.", "multiprocessing."))


def _in_parts(body: Body, statement: ast.stmt, *, strict: bool) -> Iterator[Found]:
    if isinstance(statement, ast.With):
        yield from _of_items(body, statement)
    else:
        yield from _of_source(body, statement)
    for inner in statement_lists(statement):
        yield from _of_list(body, inner, strict=strict)


def _of_items(body: Body, statement: ast.With) -> Iterator[Found]:
    for item in statement.items:
        entered = item.context_expr
        if entered in body.awaited:
            text = "an await stands inside what a `with` enters"
            yield _trouble(body, Barrier.LOOP_OF_WAITS, entered, text, [statement])
        elif entered in body.blocking:
            yield offload_at(body, OffloadForm.ENTER, entered)
            if isinstance(entered, ast.Call):
                roots = [node for node in ast.iter_child_nodes(entered) if node in body.blocking]
                yield from _offloads_under(body, statement, roots)


def _of_source(body: Body, statement: ast.stmt) -> Iterator[Found]:
    """Let a loop of a generator step in the lane over what waits for each item."""
    source = _source(statement)
    place = body.places.get(source) if source is not None else None
    if source is None or place is None or not (place.rows and body.function.is_generator):
        yield from _of_expressions(body, statement)
    elif source in body.awaited and not isinstance(source, ast.Call):
        text = "an await stands inside what a loop runs over"
        yield _trouble(body, Barrier.LOOP_OF_WAITS, source, text, [statement])
    else:
        yield offload_at(body, OffloadForm.ITERATE, source)
        if isinstance(source, ast.Call):
            roots = [node for node in ast.iter_child_nodes(source) if node in body.blocking]
            yield from _offloads_under(body, statement, roots)


def _source(statement: ast.stmt) -> ast.expr | None:
    match statement:
        case ast.For(iter=source) | ast.Expr(value=ast.YieldFrom(value=source)):
            return source
        case _:
            return None


def _name_of(body: Body, block: Block) -> str:
    """Name a nested function by what it does: it writes, sends, ends the function, or reads."""
    effects = {node for statement in block.statements for node in body.sending.get(statement, ())}
    last_words = {
        body.places[node].what.removesuffix("()").rpartition(".")[2]
        for node in effects
        if node in body.places
    }
    if any(statement in body.writing for statement in block.statements):
        return _SAVE
    if last_words:
        return _SEND if all(word.startswith(_SENDERS) for word in last_words) else _SAVE
    if block.returns:
        return _FINISH
    return _LOAD if block.results else _WORK


def _of_expressions(body: Body, statement: ast.stmt) -> Iterator[Found]:
    roots = [node for node in _expressions(statement) if node in body.blocking]
    yield from _offloads_under(body, statement, roots)


def _offloads_under(body: Body, statement: ast.stmt, roots: Sequence[ast.AST]) -> Iterator[Found]:
    for item in offload_expressions(body, statement, roots):
        if isinstance(item, Unfit):
            yield _trouble(body, Barrier.CUT_WRITE, item.node, item.text, [statement])
        else:
            yield item


def _expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the expressions that a statement evaluates itself."""
    for node in ast.iter_child_nodes(statement):
        if not isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield node


def _block(body: Body, block: Block, name: str) -> Offload:
    places = [body.places[node] for node in _blocking_in(body, block.statements)]
    return Offload(
        form=OffloadForm.BLOCK,
        nodes=block.statements,
        function=body.function.id,
        location=body.file.location(block.statements[0]),
        what=", ".join(dict.fromkeys(place.what for place in places)),
        name=name,
        results=block.results,
        returns=block.returns,
        nonlocals=block.nonlocals,
        hoisted=block.hoisted,
    )


def _blocking_in(body: Body, statements: Sequence[ast.stmt]) -> list[ast.expr]:
    return [node for statement in statements for node in body.blocking.get(statement, ())]


def _trouble(
    body: Body, barrier: Barrier, node: ast.AST, text: str, statements: Sequence[ast.stmt]
) -> Trouble:
    place = node if isinstance(node, ast.expr | ast.stmt) else statements[0]
    places = tuple(body.places[node] for node in _blocking_in(body, statements))
    link = Link(body.file.location(place), text)
    return Trouble(barrier, node, tuple(statements), link, places)


def _tail(body: Body, found: Sequence[Found]) -> Offload | None:
    """Return the rest of the function as one offload, if all its awaits come first.

    That is the shape that people settle on by hand: read the body, then work.
    """
    statements = body.statements
    if body.function.is_generator:
        return None
    start = 1 + max(
        (index for index, statement in enumerate(statements) if statement in body.awaited),
        default=-1,
    )
    rest = statements[start:]
    inside = [item for item in found if rest and _starts_at_or_after(item, rest[0], body)]
    troubles = any(isinstance(item, Trouble) for item in inside)
    if start == 0 or not (troubles or len(inside) >= NEIGHBOURS):
        return None
    while rest and rest[0] not in body.blocking and rest[0] not in body.writing:
        rest = rest[1:]
    block = as_block(body, rest, tail=True)
    return _block(body, block, _name_of(body, block)) if isinstance(block, Block) else None


def _flask_tail(body: Body, found: Sequence[Found]) -> Offload | None:
    """Return the function from its first trouble on as one offload of Flask code."""
    places = [item.statements[0] for item in found if isinstance(item, Trouble)]
    if not places or not body.lane:
        return None
    start = min(_top_level(body, place) for place in places)
    block = as_flask_block(body, body.statements[start:], tail=True)
    return _block(body, block, _name_of(body, block)) if isinstance(block, Block) else None


def _top_level(body: Body, statement: ast.stmt) -> int:
    """Return the index of the statement of the function that holds *statement*."""
    around = {statement, *ancestors(statement, body.parent)}
    return next(index for index, each in enumerate(body.statements) if each in around)


def _starts_at_or_after(item: Found, statement: ast.stmt, body: Body) -> bool:
    location = item.location if isinstance(item, Offload) else item.link.location
    return location.span >= body.file.location(statement).span


def _is_in(item: Found, tail: Offload) -> bool:
    location = item.location if isinstance(item, Offload) else item.link.location
    return location.span >= tail.location.span


def _with_bound_names(body: Body, found: Sequence[Found]) -> Iterator[Found]:
    """Refuse blocks that share a name which nothing but blocks binds: ``nonlocal`` finds none."""
    blocks = [it for it in found if isinstance(it, Offload) and it.form is OffloadForm.BLOCK]
    inside = {inner for block in blocks for node in block.nodes for inner in ast.walk(node)}
    bound = {name for node, name in binders(body.statements) if node not in inside}
    bound.update(body.function.parameters, *(block.results for block in blocks))
    for item in found:
        lost = sorted(set(item.nonlocals) - bound) if isinstance(item, Offload) else []
        if isinstance(item, Offload) and lost:
            statements = [node for node in item.nodes if isinstance(node, ast.stmt)]
            text = f"`{lost[0]}` is bound only inside code that would become a nested function"
            yield _trouble(body, Barrier.CUT_WRITE, statements[0], text, statements)
        else:
            yield item


def _named(body: Body, offloads: Sequence[Offload]) -> Iterator[Offload]:
    """Give each nested function, and what is awaited before it, names that nothing else uses."""
    taken = set(body.reads) | body.scope.bound | body.scope.inner
    awaited: dict[str, str] = {}
    for offload in offloads:
        for hoist in offload.hoisted:
            if hoist.code not in awaited:
                awaited[hoist.code] = _free(hoist.name, taken)
    for offload in offloads:
        if offload.form is not OffloadForm.BLOCK:
            yield offload
            continue
        hoisted = tuple(replace(it, name=awaited[it.code]) for it in offload.hoisted)
        yield replace(offload, name=_free(offload.name, taken), hoisted=hoisted)


def _free(wanted: str, taken: set[str]) -> str:
    """Return *wanted*, with a number where it is taken, and take it."""
    name, number = wanted, 2
    while name in taken:
        name = f"{wanted}_{number}"
        number += 1
    taken.add(name)
    return name
