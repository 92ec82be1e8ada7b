"""Runs of statements that write: from the first write to the last effect after the commit.

A run goes to the lane as one function. In two, a client that disconnects between them leaves the
commit done and the mail unsent; Flask never stops half way.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from migrator.coloring.blocks import Block, Unfit, as_block, as_block_after_awaits, as_flask_block
from migrator.coloring.body import Body
from migrator.facts.flow import reaches


@dataclass(frozen=True, slots=True)
class Run:
    """A write run in a list of statements: ``first`` and ``last`` are its indexes."""

    first: int
    last: int
    plan: Block | Unfit


def write_runs(body: Body, statements: Sequence[ast.stmt]) -> list[Run]:
    """Return the write runs that span statements of this list, in order, without overlap.

    What stands in one compound statement is the business of that statement's own lists.
    """
    runs: list[Run] = []
    for group in _groups(body, statements):
        first, last = group[0], group[-1]
        if runs and first <= runs[-1].last:
            continue
        if first < last or _joins_parts(body, statements[first]):
            runs.append(_stretched(body, statements, first, last))
        elif _commits(body, statements[first]) and not _is_compound(statements[first]):
            run = _stretched(body, statements, first, last)
            if run.first < run.last:
                runs.append(run)
    return runs


def _groups(body: Body, statements: Sequence[ast.stmt]) -> list[list[int]]:
    """Group the indexes of statements that take part in one write, along the flow."""
    groups: list[list[int]] = []
    for index, statement in enumerate(statements):
        if groups and _flows(body, statements, groups[-1], index):
            groups[-1].append(index)
        elif statement in body.writing:
            groups.append([index])
    return groups


def _flows(body: Body, statements: Sequence[ast.stmt], group: Sequence[int], index: int) -> bool:
    """Whether a write of *group* may be followed by a write or, after a commit, by a sending."""
    written = [node for member in group for node in body.writing.get(statements[member], ())]
    committed = [node for node in written if node in body.commits]
    return _reach(body, written, body.writing.get(statements[index], ())) or _reach(
        body, committed, body.sending.get(statements[index], ())
    )


def _reach(body: Body, sources: Sequence[ast.AST], targets: Sequence[ast.AST]) -> bool:
    return any(reaches(source, target, body.parent) for source in sources for target in targets)


def _commits(body: Body, statement: ast.stmt) -> bool:
    return any(node in body.commits for node in body.writing.get(statement, ()))


def _is_compound(statement: ast.stmt) -> bool:
    return hasattr(statement, "body")


def _joins_parts(body: Body, statement: ast.stmt) -> bool:
    """Whether one write reaches over several parts of a compound statement."""
    writes = body.writing.get(statement, ())
    match statement:
        case ast.For() | ast.AsyncFor() | ast.While():
            return True
        case ast.With(items=items):
            return any(item.context_expr in body.writing for item in items)
        case ast.If(test=test):
            return test in body.writing and len(writes) > len(body.writing[test])
        case ast.Try():
            parts = [
                statement.body,
                statement.orelse,
                statement.finalbody,
                *(handler.body for handler in statement.handlers),
            ]
            return sum(any(inner in body.writing for inner in part) for part in parts) > 1
        case _:
            return False


def _stretched(body: Body, statements: Sequence[ast.stmt], first: int, last: int) -> Run:
    """Take the blocking neighbours in: those before, and after a commit all up to the last one."""
    run = _fitting(body, statements, first, last)
    if isinstance(run.plan, Unfit):
        return run
    if any(_commits(body, statement) for statement in statements[run.first : last + 1]):
        run = _up_to_last_effect(body, statements, run)
    first, plan = run.first, run.plan
    while isinstance(plan, Block) and first > 0 and statements[first - 1] in body.blocking:
        longer = as_block_after_awaits(body, statements[first - 1 : run.last + 1])
        if isinstance(longer, Unfit) or not _is_as_simple(longer, plan):
            break
        first, plan = first - 1, longer
    return Run(first, run.last, plan)


def _fitting(body: Body, statements: Sequence[ast.stmt], first: int, last: int) -> Run:
    """Return the statements as a run without those in front that do not fit and only mark a write.

    Until the first statement that talks to the database nothing is half done.
    """
    plan = as_block(body, statements[first : last + 1])
    start = first
    while isinstance(plan, Unfit) and start < last and not _writes(body, statements[start]):
        start = _next_writing(body, statements, start)
        plan = as_block(body, statements[start : last + 1])
    if isinstance(plan, Block):
        return Run(start, last, plan)
    whole = statements[first : last + 1]
    for other in (as_block_after_awaits(body, whole), as_flask_block(body, whole, tail=False)):
        if isinstance(other, Block):
            return Run(first, last, other)
    return Run(start, last, plan)


def _up_to_last_effect(body: Body, statements: Sequence[ast.stmt], run: Run) -> Run:
    for index in range(len(statements) - 1, run.last, -1):
        if statements[index] in body.blocking and _after(body, statements, run.last, index):
            longer = as_block_after_awaits(body, statements[run.first : index + 1])
            if isinstance(longer, Block):
                return Run(run.first, index, longer)
    return run


def _is_as_simple(longer: Block, plan: Block) -> bool:
    """Whether no more crosses the border of the longer block, in or out."""
    results = len(longer.results) <= len(plan.results)
    return results and len(longer.hoisted) <= len(plan.hoisted)


def _writes(body: Body, statement: ast.stmt) -> bool:
    return any(
        node in body.commits or node in body.places for node in body.writing.get(statement, ())
    )


def _next_writing(body: Body, statements: Sequence[ast.stmt], index: int) -> int:
    index += 1
    while statements[index] not in body.writing and statements[index] not in body.sending:
        index += 1
    return index


def _after(body: Body, statements: Sequence[ast.stmt], last: int, index: int) -> bool:
    return _reach(body, [statements[last]], body.blocking[statements[index]])
