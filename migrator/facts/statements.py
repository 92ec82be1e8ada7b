"""What running statements does to the names: the ways that meet, part and end."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from migrator.facts.annotations import annotated
from migrator.facts.assignments import assign
from migrator.facts.containers import elements_of
from migrator.facts.contexts import entered
from migrator.facts.definitions import define_class, define_function
from migrator.facts.evaluate import evaluate
from migrator.facts.frame import Env, Frame, merge
from migrator.facts.imports import run_import, run_import_from
from migrator.facts.library import instances
from migrator.facts.units import FunctionUnit
from migrator.facts.values import NOTHING, join

_ROUNDS = 3
"""How often a loop is run again where its names still change."""


def run(frame: Frame, statements: Sequence[ast.stmt]) -> bool:
    """Run *statements*; return whether what follows them is reached.

    What stands behind a ``return`` is run as well: its names have to be known too.
    """
    reached = True
    for statement in statements:
        if not RUNNERS.get(statement.__class__, _parts)(frame, statement):
            reached = False
    return reached


def _parts(frame: Frame, statement: ast.stmt) -> bool:
    for part in ast.iter_child_nodes(statement):
        if isinstance(part, ast.expr):
            evaluate(frame, part)
    return True


def _expression(frame: Frame, statement: ast.Expr) -> bool:
    evaluate(frame, statement.value)
    return True


def _return(frame: Frame, statement: ast.Return) -> bool:
    if statement.value is not None:
        values = evaluate(frame, statement.value)
        if isinstance(frame.unit, FunctionUnit):
            frame.machine.write(frame.unit.returns, values)
    return False


def _raise(frame: Frame, statement: ast.Raise) -> bool:
    _parts(frame, statement)
    return False


def _leave(frame: Frame, _statement: ast.stmt) -> bool:
    if frame.exits:
        frame.exits[-1].append(dict(frame.env))
    return False


def _assign(frame: Frame, statement: ast.Assign) -> bool:
    values = evaluate(frame, statement.value)
    for target in statement.targets:
        assign(frame, target, values, evaluate, statement.value)
    return True


def _annotated_assign(frame: Frame, statement: ast.AnnAssign) -> bool:
    promised = annotated(frame, statement.annotation)
    values = evaluate(frame, statement.value) if statement.value is not None else NOTHING
    if statement.value is not None or frame.cls is not None or promised:
        assign(frame, statement.target, join(values, promised), evaluate, statement.value)
    return True


def _augmented_assign(frame: Frame, statement: ast.AugAssign) -> bool:
    added = evaluate(frame, statement.value)
    held = evaluate(frame, statement.target)
    assign(frame, statement.target, join(held, added), evaluate)
    return True


def _delete(frame: Frame, statement: ast.Delete) -> bool:
    for target in statement.targets:
        if isinstance(target, ast.Name):
            frame.env.pop(target.id, None)
        else:
            evaluate(frame, target)
    return True


def _if(frame: Frame, statement: ast.If) -> bool:
    ends: list[Env] = []
    branch: ast.stmt | None = statement
    while isinstance(branch, ast.If):
        evaluate(frame, branch.test)
        before = frame.env
        frame.env = dict(before)
        if run(frame, branch.body):
            ends.append(frame.env)
        frame.env = dict(before)
        following = branch.orelse
        # An elif is an if of its own in the else: as deep as there are branches.
        branch = following[0] if len(following) == 1 else None
        if not isinstance(branch, ast.If) and run(frame, following):
            ends.append(frame.env)
    return _meet(frame, ends)


def _meet(frame: Frame, ends: list[Env]) -> bool:
    """Go on where *ends* meet; where there is none, what follows is not reached."""
    if not ends:
        return False
    frame.env = ends[0]
    for end in ends[1:]:
        frame.env = merge(frame.env, end)
    return True


def _for(frame: Frame, statement: ast.For | ast.AsyncFor) -> bool:
    elements = elements_of(frame.machine, evaluate(frame, statement.iter))

    def step() -> None:
        assign(frame, statement.target, elements, evaluate)

    _loop(frame, statement, step)
    return True


def _while(frame: Frame, statement: ast.While) -> bool:
    def step() -> None:
        evaluate(frame, statement.test)

    _loop(frame, statement, step)
    return True


def _loop(
    frame: Frame, statement: ast.For | ast.AsyncFor | ast.While, step: Callable[[], None]
) -> None:
    """Run a loop until what its names hold at its start no longer grows."""
    missed, frame.missed = frame.missed, set()
    start = dict(frame.env)
    for _ in range(_ROUNDS):
        frame.env = dict(start)
        frame.exits.append([])
        step()
        ends = [frame.env] if run(frame, statement.body) else []
        for end in (*ends, *frame.exits.pop()):
            frame.env = merge(frame.env, end)
        again = merge(start, frame.env)
        if not _grew(start, again, frame.missed):
            break
        start = again
    frame.missed |= missed
    frame.env = merge(start, frame.env)
    run(frame, statement.orelse)


def _grew(before: Env, after: Env, missed: set[str]) -> bool:
    for name, values in after.items():
        held = before.get(name)
        if held is None:
            if values and name in missed:
                return True
        elif held is not values and not values <= held:
            return True
    return False


def _with(frame: Frame, statement: ast.With | ast.AsyncWith) -> bool:
    for item in statement.items:
        values = entered(frame.machine, evaluate(frame, item.context_expr))
        if item.optional_vars is not None:
            assign(frame, item.optional_vars, values, evaluate)
    before = dict(frame.env)
    if not run(frame, statement.body):
        # The context manager may swallow the exception: pytest.raises, suppress.
        frame.env = merge(before, frame.env)
        return not _returns(statement.body)
    return True


def _returns(statements: Sequence[ast.stmt]) -> bool:
    return isinstance(statements[-1], ast.Return)


def _try(frame: Frame, statement: ast.Try) -> bool:
    before = dict(frame.env)
    reached = run(frame, statement.body)
    after = frame.env
    interrupted = merge(before, after)
    ends: list[Env] = []
    if reached and run(frame, statement.orelse):
        ends.append(frame.env)
    for handler in statement.handlers:
        frame.env = dict(interrupted)
        _catch(frame, handler)
        if run(frame, handler.body):
            ends.append(frame.env)
    frame.env = interrupted
    goes_on = _meet(frame, ends)
    return run(frame, statement.finalbody) and goes_on


def _catch(frame: Frame, handler: ast.ExceptHandler) -> None:
    caught = evaluate(frame, handler.type) if handler.type is not None else NOTHING
    if handler.name is not None:
        listed = elements_of(frame.machine, caught)
        frame.bind(handler.name, instances(frame.machine, join(caught, listed)))


def _match(frame: Frame, statement: ast.Match) -> bool:
    subject = evaluate(frame, statement.subject)
    ends = [frame.env]
    for case in statement.cases:
        frame.env = dict(ends[0])
        for pattern in ast.walk(case.pattern):
            if isinstance(pattern, ast.MatchValue):
                evaluate(frame, pattern.value)
            elif isinstance(pattern, ast.MatchClass):
                evaluate(frame, pattern.cls)
            elif isinstance(pattern, ast.MatchAs | ast.MatchStar) and pattern.name:
                frame.bind(pattern.name, subject if pattern is case.pattern else NOTHING)
        if case.guard is not None:
            evaluate(frame, case.guard)
        if run(frame, case.body):
            ends.append(frame.env)
    return _meet(frame, ends)


def _function(frame: Frame, statement: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    define_function(frame, statement)
    return True


def _class(frame: Frame, statement: ast.ClassDef) -> bool:
    define_class(frame, statement, run)
    return True


RUNNERS: Mapping[type[ast.AST], Callable[[Frame, Any], bool]] = {
    ast.AnnAssign: _annotated_assign,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented_assign,
    ast.Break: _leave,
    ast.ClassDef: _class,
    ast.Continue: _leave,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.If: _if,
    ast.Import: run_import,
    ast.ImportFrom: run_import_from,
    ast.Match: _match,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.While: _while,
    ast.With: _with,
}
