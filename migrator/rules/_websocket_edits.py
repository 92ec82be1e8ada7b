"""The edits that make a handler of Flask-Sock a websocket of Quart."""

import ast
from collections.abc import Iterator

from migrator.edits.edit import (
    AddImport,
    Await,
    Edit,
    InsertAfter,
    InsertBefore,
    RemoveParameter,
    ReplaceExpression,
    ReplaceStatement,
)
from migrator.facts.model import Facts
from migrator.rules._places import edit_at, edit_of_file, span_of
from migrator.rules._websocket_calls import calls, method, timeout_of
from migrator.rules._websockets import CLOSED, Handler, Socks, requests_in


def without_sock(facts: Facts, socks: Socks, rule: str) -> Iterator[Edit]:
    """Remove the ``Sock``, or make it the blueprint that it is: its name stays, for ``url_for``."""
    init = socks.init
    if init is None:
        yield edit_at(facts, socks.statement, ReplaceStatement(""), rule)
    elif isinstance(init.func, ast.Attribute):
        made = ReplaceExpression('Blueprint("__flask_sock", __name__)')
        yield edit_at(facts, socks.call, made, rule)
        yield edit_of_file(facts, socks.call, AddImport("quart", "Blueprint"), rule)
        parts = (span_of(facts, init.args[0]), span_of(facts, init.func.value))
        code = ReplaceExpression("{0}.register_blueprint({1})", parts)
        yield edit_at(facts, init, code, rule)


def as_websocket(facts: Facts, handler: Handler, app: str, rule: str) -> Iterator[Edit]:
    """Make the handler a websocket of Quart, on the app of that name or on its own blueprint."""
    route = handler.decorator.func
    if isinstance(route, ast.Attribute):
        sock = span_of(facts, route.value)
        code = ReplaceExpression(
            f"{app}.websocket" if app else "{0}.websocket", (sock,)[bool(app) :]
        )
        yield edit_at(facts, route, code, rule)
    yield edit_at(facts, handler.node, RemoveParameter(), rule)
    first = next(it for it in handler.node.body if not _is_docstring(it))
    yield edit_at(facts, first, InsertBefore("await websocket.accept()"), rule)
    for name in requests_in(facts, handler):
        yield edit_at(facts, name, ReplaceExpression("websocket"), rule)
    for call in calls(facts, handler.node, handler.socket):
        yield from _call(facts, call, rule)
    for kind in closed(facts, handler):
        yield from _end(facts, kind, rule)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _call(facts: Facts, call: ast.Call, rule: str) -> Iterator[Edit]:
    if method(call) == "receive" and call.keywords:
        yield from _received_in_time(facts, call, rule)
        return
    code = f"websocket.{method(call)}"
    if method(call) == "close" and not call.args:
        yield edit_at(facts, call, ReplaceExpression(f"{code}(1000)"), rule)
    else:
        yield edit_at(facts, call.func, ReplaceExpression(code), rule)
    yield edit_at(facts, call, Await(), rule)


def _received_in_time(facts: Facts, call: ast.Call, rule: str) -> Iterator[Edit]:
    """Flask-Sock returns ``None`` when the time is over, asyncio raises an error."""
    statement, seconds = facts.program.parent.get(call), timeout_of(call)
    if not isinstance(statement, ast.Assign) or seconds is None:
        return
    target = statement.targets[0]
    code = (
        "try:\n    {0} = await asyncio.wait_for(websocket.receive(), {1})\n"
        "except TimeoutError:\n    {0} = None"
    )
    parts = (span_of(facts, target), span_of(facts, seconds))
    yield edit_at(facts, statement, ReplaceStatement(code, parts), rule)
    yield edit_of_file(facts, call, AddImport("asyncio"), rule)


def closed(facts: Facts, handler: Handler) -> Iterator[ast.expr]:
    """Yield the ``ConnectionClosed`` of the handler's ``except`` clauses."""
    for node in ast.walk(handler.node):
        kind = node.type if isinstance(node, ast.ExceptHandler) else None
        if kind is not None and not CLOSED.isdisjoint(facts.names_at.get(kind, ())):
            yield kind


def _end(facts: Facts, kind: ast.expr, rule: str) -> Iterator[Edit]:
    """Let the end of the connection go on: Quart waits for the handler to be over."""
    clause = facts.program.parent.get(kind)
    if not isinstance(clause, ast.ExceptHandler):
        return
    yield edit_at(facts, kind, ReplaceExpression("asyncio.CancelledError"), rule)
    yield edit_of_file(facts, kind, AddImport("asyncio"), rule)
    last = clause.body[-1]
    ends = isinstance(last, ast.Pass | ast.Return | ast.Break)
    yield edit_at(facts, last, ReplaceStatement("raise") if ends else InsertAfter("raise"), rule)
