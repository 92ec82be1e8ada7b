"""Whether neighbouring statements can become one nested function, and how it talks to the rest."""

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from migrator.coloring.bindings import binders, bindings, own_nodes
from migrator.coloring.body import Body
from migrator.coloring.colors import Hoist
from migrator.coloring.generators import kept_names
from migrator.coloring.hoists import hoists
from migrator.facts.flow import ancestors, falls_through, reaches, statement_lists
from migrator.index.symbols import Function

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_SUSPENDS = (ast.Await, ast.Yield, ast.YieldFrom, ast.AsyncFor, ast.AsyncWith)


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that can become a nested function, with what crosses its border.

    ``last`` are the calls of async functions that it ends in: it returns their coroutines.
    """

    statements: tuple[ast.stmt, ...]
    results: tuple[str, ...] = ()
    nonlocals: tuple[str, ...] = ()
    returns: bool = False
    hoisted: tuple[Hoist, ...] = ()
    last: tuple[ast.expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why statements cannot become a nested function, and the place."""

    node: ast.AST
    text: str


def as_block_after_awaits(body: Body, statements: Sequence[ast.stmt]) -> Block | Unfit:
    """Return *statements* as a block; what may be awaited before it is hoisted out of it."""
    plan = as_block(body, statements)
    if isinstance(plan, Block):
        return plan
    return as_block(body, statements, hoisted=hoists(body, statements))


def as_flask_block(body: Body, statements: Sequence[ast.stmt], *, tail: bool) -> Block | Unfit:
    """Return *statements* as a block in which what cannot be hoisted stays Flask code.

    What it returns last is not: the loop awaits it, unless that reads a generator which waits.
    """
    early = hoists(body, statements)
    keeps = any(kept_names(body, node) for node in own_nodes(statements))
    last = () if keeps else tuple(_returned(body, statements))
    block = as_block(body, statements, tail=tail, hoisted=early, lane={*body.lane, *last})
    return replace(block, last=last) if isinstance(block, Block) else block


def _returned(body: Body, statements: Sequence[ast.stmt]) -> Iterator[ast.expr]:
    """Yield what of `body.last` *statements* return, where nothing in them looks at how it ends."""
    waiting = list(statements)
    while waiting:
        statement = waiting.pop(0)
        if isinstance(statement, ast.Return) and statement.value in body.last:
            assert statement.value is not None  # noqa: S101  it is in there
            yield statement.value
        for inner in _unwatched(statement):
            waiting.extend(inner)


def _unwatched(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements in *statement* that nothing in it watches for errors."""
    match statement:
        case ast.If() | ast.For() | ast.While() | ast.Match():
            yield from statement_lists(statement)
        case ast.Try(finalbody=[], handlers=handlers, orelse=orelse):
            yield orelse
            yield from (handler.body for handler in handlers)
        case _:
            return


def as_block(
    body: Body,
    statements: Sequence[ast.stmt],
    *,
    tail: bool = False,
    hoisted: tuple[Hoist, ...] = (),
    lane: Collection[ast.AST] = (),
) -> Block | Unfit:
    """Return *statements* as a block, or why they cannot be one.

    A ``tail`` reaches to the end of the function, so that it may return anywhere. ``hoisted`` is
    awaited before; what stands in ``lane`` needs no await there.
    """
    not_awaited = {node for hoist in hoisted for node in hoist.nodes}.union(lane)
    unfit = _suspends(body, statements, not_awaited) or _jumps(body, statements, tail=tail)
    unfit = unfit or _needs_its_frame(body, statements)
    if unfit is not None:
        return unfit
    returns = tail or (not falls_through(statements) and _has_return(body, statements))
    return _with_names(body, statements, returns=returns, hoisted=hoisted)


def _suspends(
    body: Body, statements: Sequence[ast.stmt], not_awaited: Collection[ast.AST]
) -> Unfit | None:
    for statement in statements:
        for node in body.awaited.get(statement, ()):
            if node in not_awaited:
                continue
            return Unfit(node, "an await stands")
        for node in own_nodes([statement]):
            if isinstance(node, _SUSPENDS):
                return Unfit(node, "an await or a yield stands")
    return None


def _jumps(body: Body, statements: Sequence[ast.stmt], *, tail: bool) -> Unfit | None:
    """Find a jump out of the statements that a nested function cannot make."""
    leaves = tail or not falls_through(statements)
    for node, in_loop in _with_loops(statements):
        if isinstance(node, ast.Break | ast.Continue) and not in_loop:
            return Unfit(node, "a jump out of the loop stands")
        if _returns(body, node) and (not leaves or body.function.is_generator):
            return Unfit(node, "an early return stands")
    return None


def _with_loops(statements: Sequence[ast.stmt]) -> Iterator[tuple[ast.AST, bool]]:
    """Yield the statements inside, each with whether a loop inside holds it."""
    waiting: list[tuple[ast.AST, bool]] = [(statement, False) for statement in statements]
    while waiting:
        node, in_loop = waiting.pop()
        yield node, in_loop
        if not isinstance(node, _SCOPES):
            inside = in_loop or isinstance(node, _LOOPS)
            waiting.extend(
                (child, inside)
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
            )


def _has_return(body: Body, statements: Sequence[ast.stmt]) -> bool:
    return any(_returns(body, node) for node, _ in _with_loops(statements))


def _returns(body: Body, node: ast.AST) -> bool:
    """Whether the statement returns; ``return abort(404)`` raises."""
    return isinstance(node, ast.Return) and node.value not in body.raising


def _needs_its_frame(body: Body, statements: Sequence[ast.stmt]) -> Unfit | None:
    """Find what works only in the function itself: ``super()``, ``locals()``, ``global``."""
    declared = body.scope.global_names | body.scope.nonlocal_names
    for node in own_nodes(statements):
        if needs_frame(node) and not (is_super(node) and names_of_super(body.function)):
            return Unfit(node, "a call that needs its own frame stands")
        if isinstance(node, ast.Global | ast.Nonlocal):
            return Unfit(node, "a declaration of names stands")
        if _binds_one_of(node, declared):
            return Unfit(node, "a global name is bound")
    return None


def _binds_one_of(node: ast.AST, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names and not isinstance(node.ctx, ast.Load)


def is_super(node: ast.AST) -> bool:
    """Whether *node* is ``super()``."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super" and not node.args


def names_of_super(function: Function) -> tuple[str, str] | None:
    """Return what ``super()`` means in a method, by names that a function inside it sees, too."""
    owner = function.owner
    if owner is None or "." in owner.name or isinstance(function.node, ast.Lambda):
        return None
    arguments = (*function.node.args.posonlyargs, *function.node.args.args)
    if not arguments:
        return None
    first = arguments[0].arg
    is_bound = any(name == first for _, name in binders(function.node.body))
    return None if is_bound else (owner.name, first)


def needs_frame(node: ast.AST) -> bool:
    """Whether *node* is a call that looks at the frame of its function."""
    match node:
        case ast.Call(func=ast.Name(id="super"), args=[]):
            return True
        case ast.Call(func=ast.Name(id="locals" | "vars" | "dir"), args=[]):
            return True
        case _:
            return isinstance(node, ast.Name) and node.id == "__class__"


def _with_names(
    body: Body, statements: Sequence[ast.stmt], *, returns: bool, hoisted: tuple[Hoist, ...]
) -> Block | Unfit:
    names = bindings(statements)
    after = {name for name in names.bound if _is_read_after(body, statements, name) and not returns}
    on_error = {name for name in names.bound if _is_read_on_error(body, statements, name)}
    early = {name for name in names.early if _is_bound_before(body, statements, name)}
    results = (after & names.always) - on_error - early
    shared = (early | after | on_error) - results
    for name in sorted(shared):
        if not _is_bound_outside(body, statements, name):
            return Unfit(statements[0], f"`{name}` may stay unbound")
    for node in own_nodes(statements) if after else ():
        if not after.isdisjoint(kept_names(body, node)):
            return Unfit(node, "a generator that is read later stands")
    ordered = _in_order(results, statements)
    return Block(tuple(statements), ordered, tuple(sorted(shared)), returns, hoisted)


def _in_order(names: set[str], statements: Sequence[ast.stmt]) -> tuple[str, ...]:
    """Return *names* in the order in which the statements bind them."""
    places = {
        node.id: (-node.lineno, -node.col_offset)
        for node in own_nodes(statements)
        if isinstance(node, ast.Name) and node.id in names
    }
    return tuple(sorted(names, key=lambda name: places.get(name, (0, 0)), reverse=True))


def _is_read_after(body: Body, statements: Sequence[ast.stmt], name: str) -> bool:
    start, end = _start(statements[0]), _end(statements[-1])
    return any(
        reaches(statements[-1], _in_function(body, read), body.parent)
        for read in body.reads.get(name, ())
        if not start <= _start(read) < end and not _is_bound_again(body, read, end)
    )


def _is_bound_again(body: Body, read: ast.Name, end: tuple[int, int]) -> bool:
    """Whether every way from *end* to *read* leads over another binding of the name."""
    below: ast.AST = read
    for above in ancestors(read, body.parent):
        if isinstance(below, ast.stmt) and read.id in _bound_on_the_way(above, below, end):
            return True
        below = above
    return False


def _bound_on_the_way(above: ast.AST, below: ast.stmt, end: tuple[int, int]) -> set[str]:
    """Return what *above* binds, behind *end*, whenever control gets to *below*."""
    names: set[str] = set()
    for siblings in statement_lists(above):
        if below in siblings:
            before = siblings[: siblings.index(below)]
            names |= bindings([it for it in before if _start(it) >= end]).always
    if isinstance(above, ast.For) and below in above.body and _start(above) >= end:
        names |= {name for _, name in binders([above.target])}
    return names


def _in_function(body: Body, read: ast.Name) -> ast.AST:
    """Return the outermost function inside this one that holds *read*, or *read* itself."""
    place: ast.AST = read
    above = body.parent[read]
    while above is not body.function.node:
        if isinstance(above, _SCOPES):
            place = above
        above = body.parent[above]
    return place


def _is_read_on_error(body: Body, statements: Sequence[ast.stmt], name: str) -> bool:
    """Whether a handler around reads the name: it must see what was bound before the error."""
    for above in ancestors(statements[0], body.parent):
        if isinstance(above, ast.Try) and not _is_handled_by(statements[0], above):
            parts = [*above.handlers, *above.finalbody]
            if any(
                isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
                for node in own_nodes(parts)
            ):
                return True
    return False


def _is_handled_by(statement: ast.stmt, around: ast.Try) -> bool:
    """Whether the statement stands in a handler or ``finally`` itself."""
    place = _start(statement)
    last = around.orelse or around.body
    return place > _end(last[-1])


def _is_bound_outside(body: Body, statements: Sequence[ast.stmt], name: str) -> bool:
    return name in body.function.parameters or any(_other_bindings(body, statements, name))


def _is_bound_before(body: Body, statements: Sequence[ast.stmt], name: str) -> bool:
    """Whether the statements may find the name bound by other code: else it is theirs alone."""
    return name in body.function.parameters or any(
        reaches(other, statements[0], body.parent)
        for other in _other_bindings(body, statements, name)
    )


def _other_bindings(body: Body, statements: Sequence[ast.stmt], name: str) -> Iterator[ast.AST]:
    inside = set(own_nodes(statements))
    for node, bound in binders(body.statements):
        if bound == name and node not in inside:
            yield node


def _start(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
