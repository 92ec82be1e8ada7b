"""What a handler does with its connection: calls that Quart has, and calls that it lacks."""

import ast
from collections.abc import Collection, Iterator

from migrator.facts.model import Facts

_TEXT_CALLS = frozenset(
    {"bytes", "str", "repr", "dumps", "join", "format", "encode", "decode", "strip", "upper",
     "lower", "replace", "isoformat", "render_template", "render_template_string", "hexdigest"}
)  # fmt: skip
"""Functions and methods whose result is text or bytes."""


def uses(node: ast.FunctionDef, socket: str) -> list[ast.Name]:
    """Return where the handler names its connection."""
    return [it for it in ast.walk(node) if isinstance(it, ast.Name) and it.id == socket]


def calls(facts: Facts, node: ast.FunctionDef, socket: str) -> Iterator[ast.Call]:
    """Yield the calls of methods of the connection, in the order of the source."""
    found = (_call_of(facts, use) for use in uses(node, socket))
    yield from sorted((it for it in found if it), key=lambda it: (it.lineno, it.col_offset))


def method(call: ast.Call) -> str:
    """Return the name of the method that *call* calls."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _call_of(facts: Facts, use: ast.Name) -> ast.Call | None:
    attribute = facts.program.parent.get(use)
    call = facts.program.parent.get(attribute) if isinstance(attribute, ast.Attribute) else None
    return call if isinstance(call, ast.Call) and call.func is attribute else None


def obstacle_in_calls(
    facts: Facts, node: ast.FunctionDef, socket: str, closed: Collection[str]
) -> str | None:
    """Return the first use of the connection that Quart's websocket has no counterpart of."""
    if not any(True for _ in calls(facts, node, socket)):
        return f"`{node.name}` neither sends nor receives"
    for use in uses(node, socket):
        call = _call_of(facts, use)
        if call is None or facts.program.owner.get(use) != facts.program.owner[node.body[0]]:
            return f"`{socket}` is used other than by calls in `{node.name}` itself"
        if not _is_known(facts, node, call):
            return f"`{ast.unparse(call)}` cannot be translated with certainty"
    for handler in (it for it in ast.walk(node) if isinstance(it, ast.ExceptHandler)):
        reason = _obstacle_in_handler(facts, node, handler, closed)
        if reason is not None and _guards(facts, handler, socket):
            return reason
    return None


def _is_known(facts: Facts, node: ast.FunctionDef, call: ast.Call) -> bool:
    statement = facts.program.parent.get(call)
    match method(call), call.args, call.keywords:
        case "receive", [], []:
            return True
        case "receive", [], [ast.keyword(arg="timeout")]:
            return timeout_of(call) is not None and isinstance(statement, ast.Assign)
        case "send", [message], []:
            return _is_text(node, message)
        case "close", [], []:
            return isinstance(statement, ast.Expr)
        case "close", [ast.Constant(value=int())], []:
            return isinstance(statement, ast.Expr)
        case _:
            return False


def timeout_of(call: ast.Call) -> ast.expr | None:
    """Return the seconds after which ``receive`` gives up, if they are written down and not 0."""
    for word in call.keywords:
        match word.value:
            case ast.Constant(value=int() | float() as seconds) if seconds > 0:
                return word.value
            case _:
                pass
    return None


def _is_text(  # noqa: PLR0911  one answer a form
    node: ast.FunctionDef, message: ast.expr
) -> bool:
    """Whether *message* is surely text or bytes: Flask-Sock turns all else into text by ``str``."""
    match message:
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(node, left) or _is_text(node, right)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _is_text(node, left)
        case ast.IfExp(body=body, orelse=other):
            return _is_text(node, body) and _is_text(node, other)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _TEXT_CALLS or _is_received(node, message)
        case ast.Name(id=name):
            bound = list(_bound(node, name))
            return bool(bound) and all(
                value is not None and _is_text(node, value) for value in bound
            )
        case _:
            return False


def _is_received(node: ast.FunctionDef, message: ast.expr) -> bool:
    """Whether it is what the client sent: ``ws.receive()``."""
    match message:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="receive"), keywords=[]):
            return name == node.args.args[0].arg
        case _:
            return False


def _bound(node: ast.FunctionDef, name: str) -> Iterator[ast.expr | None]:
    """Yield what the name is bound to in the function, ``None`` for what is not known."""
    known: set[ast.AST] = set()
    for part in ast.walk(node):
        match part:
            case ast.Assign(targets=[ast.Name(id=found) as target], value=value) if found == name:
                known.add(target)
                yield value
            case ast.NamedExpr(target=ast.Name(id=found) as target, value=value) if found == name:
                known.add(target)
                yield value
            case _:
                pass
    stored = (
        it for it in ast.walk(node) if isinstance(it, ast.Name) and not isinstance(it.ctx, ast.Load)
    )
    if any(it.id == name and it not in known for it in stored):
        yield None


def _guards(facts: Facts, handler: ast.ExceptHandler, socket: str) -> bool:
    """Whether the handler would see the end of the connection."""
    around = facts.program.parent.get(handler)
    body = around.body if isinstance(around, ast.Try) else []
    return any(
        isinstance(inner, ast.Name) and inner.id == socket
        for statement in body
        for inner in ast.walk(statement)
    )


def _obstacle_in_handler(
    facts: Facts, node: ast.FunctionDef, handler: ast.ExceptHandler, closed: Collection[str]
) -> str | None:
    if handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}:
        return f"an `except` in `{node.name}` sees the end of the connection as an error"
    names = facts.names_at.get(handler.type, frozenset())
    if isinstance(handler.type, ast.Tuple):
        names = frozenset[str]().union(*(facts.names_at.get(it, ()) for it in handler.type.elts))
    if names.isdisjoint(closed):
        return None
    last = handler.body[-1]
    ends = isinstance(last, ast.Pass | ast.Return | ast.Break)
    if isinstance(last, ast.Return) and last.value is not None:
        ends = False
    jumps = (it for part in handler.body for it in ast.walk(part))
    others = sum(isinstance(it, ast.Return | ast.Break | ast.Continue | ast.Raise) for it in jumps)
    plain = not isinstance(handler.type, ast.Tuple) and handler.name is None
    if plain and others <= ends and _ends_function(facts, node, handler, last):
        return None
    return f"`{node.name}` goes on after the end of the connection"


def _ends_function(
    facts: Facts, node: ast.FunctionDef, handler: ast.ExceptHandler, last: ast.stmt
) -> bool:
    """Whether nothing of the function runs after the ``try`` of *handler*."""
    below: ast.AST | None = facts.program.parent.get(handler)
    while below is not None and below is not node:
        above = facts.program.parent.get(below)
        blocks = [getattr(above, name, []) for name in ("body", "orelse", "finalbody")]
        if not any(block and block[-1] is below for block in blocks):
            return False
        if isinstance(above, ast.For | ast.While) and not isinstance(last, ast.Break | ast.Return):
            return False
        below = above
    return True
