"""Plans how the blocking code of an async function goes to the lane, statement list by list."""

import ast
from collections.abc import Iterator, Sequence

from migrator.coloring.barriers import Barrier
from migrator.coloring.blocks import Block, Unfit, as_block, as_block_after_awaits, as_flask_block
from migrator.coloring.body import Body
from migrator.coloring.colors import OffloadForm
from migrator.coloring.expressions import offload_at, offload_expressions
from migrator.coloring.found import Found, block_offload, trouble_at
from migrator.coloring.generators import waits_when_read
from migrator.coloring.write_runs import Run, write_runs
from migrator.facts.flow import statement_lists

NEIGHBOURS = 3
"""So many neighbouring statements that wait become one nested function."""
MOST_LINES = 12
MOST_RESULTS = 3


def offloads_of_list(
    body: Body, statements: Sequence[ast.stmt], *, strict: bool
) -> Iterator[Found]:
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
        yield block_offload(body, run.plan)
        return
    text = f"{run.plan.text} between a write and its commit, or between the commit and what follows"
    yield trouble_at(body, Barrier.CUT_WRITE, run.plan.node, text, inside)
    if not strict:
        yield from _between_runs(body, inside, strict=strict)


def _between_runs(body: Body, statements: Sequence[ast.stmt], *, strict: bool) -> Iterator[Found]:
    index = 0
    while index < len(statements):
        block = _neighbours(body, statements[index:])
        if block is not None:
            yield block_offload(body, block)
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
        yield from offloads_of_list(body, inner, strict=strict)


def _must_move_whole(body: Body, statement: ast.stmt) -> bool:
    """Whether the statement would offload in a loop, or hold something open across an await.

    Nor can what waits be taken out of an assignment to a property.
    """
    match statement:
        case ast.For(iter=iterated, body=inner):
            rows = iterated in body.places and body.places[iterated].rows
            rows = rows or waits_when_read(body, iterated)
            return rows or any(part in body.blocking for part in inner)
        case ast.While():
            return True
        case ast.With(items=items):
            return any(item.context_expr in body.blocking for item in items)
        case ast.Assign(targets=targets, value=value):
            # The setter of a property waits, or what is taken apart does.
            unpacked = isinstance(targets[0], ast.Tuple | ast.List)
            rows = value in body.places and body.places[value].rows
            return (unpacked and rows) or any(target in body.places for target in targets)
        case _:
            return False


def _whole(body: Body, statement: ast.stmt, *, strict: bool) -> Iterator[Found]:
    block = as_block_after_awaits(body, [statement])
    if isinstance(block, Block):
        yield block_offload(body, block)
        return
    if _may_stay_open(body, statement):
        yield from _in_parts(body, statement, strict=strict)
        return
    flask_block = as_flask_block(body, [statement], tail=False)
    if isinstance(flask_block, Block):
        yield block_offload(body, flask_block)
        return
    kind = "`with`" if isinstance(statement, ast.With) else "loop"
    text = f"{block.text} inside a {kind} that waits: it cannot go to the lane in one piece"
    yield trouble_at(body, Barrier.LOOP_OF_WAITS, block.node, text, [statement])
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
        yield from offloads_of_list(body, inner, strict=strict)


def _of_items(body: Body, statement: ast.With) -> Iterator[Found]:
    for item in statement.items:
        entered = item.context_expr
        if entered in body.awaited:
            text = "an await stands inside what a `with` enters"
            yield trouble_at(body, Barrier.LOOP_OF_WAITS, entered, text, [statement])
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
        yield trouble_at(body, Barrier.LOOP_OF_WAITS, source, text, [statement])
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


def _of_expressions(body: Body, statement: ast.stmt) -> Iterator[Found]:
    roots = [node for node in _expressions(statement) if node in body.blocking]
    yield from _offloads_under(body, statement, roots)


def _offloads_under(body: Body, statement: ast.stmt, roots: Sequence[ast.AST]) -> Iterator[Found]:
    for item in offload_expressions(body, statement, roots):
        if isinstance(item, Unfit):
            yield trouble_at(body, Barrier.CUT_WRITE, item.node, item.text, [statement])
        else:
            yield item


def _expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the expressions that a statement evaluates itself."""
    for node in ast.iter_child_nodes(statement):
        if not isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield node
