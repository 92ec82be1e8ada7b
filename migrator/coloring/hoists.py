"""Awaits that may come before a block: reads of the request's body, which then stays.

``form = await request.form``, and the block reads ``form``: as people write it by hand.
"""

import ast
from collections.abc import Iterator, Sequence

from migrator.coloring.bindings import bindings, own_nodes
from migrator.coloring.body import Body
from migrator.coloring.colors import Hoist
from migrator.coloring.demand import Early
from migrator.facts.flow import ancestors, statement_lists

_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_CHOICES = (ast.Lambda, ast.stmt)


def hoists(body: Body, statements: Sequence[ast.stmt]) -> tuple[Hoist, ...]:
    """Return what may be awaited before *statements*, once for each expression."""
    bound = bindings(statements).bound
    known = set(_read_before(body, statements[0])) if statements else set()
    found: dict[str, list[ast.expr]] = {}
    for index, statement in enumerate(statements):
        goes_on = not _may_leave(body, statements[:index])
        for node, always in _awaited_in(body, statement):
            code, root = _code(node), _root(node)
            is_safe = body.early[node] is Early.YES or (always and goes_on) or code in known
            if is_safe and root is not None and root not in bound:
                found.setdefault(code, []).append(node)
    return tuple(Hoist(_name(nodes[0]), code, tuple(nodes)) for code, nodes in found.items())


def _read_before(body: Body, statement: ast.stmt) -> Iterator[str]:
    """Yield what was awaited whenever control gets to *statement*: it will not raise again."""
    below: ast.AST = statement
    for above in ancestors(statement, body.parent):
        for siblings in statement_lists(above):
            if isinstance(below, ast.stmt) and below in siblings:
                for before in siblings[: siblings.index(below)]:
                    awaited = _awaited_in(body, before)
                    yield from (_code(node) for node, always in awaited if always)
        below = above


def _awaited_in(body: Body, statement: ast.stmt) -> Iterator[tuple[ast.expr, bool]]:
    """Yield what may be awaited early in *statement*, and whether the statement always gets to it.

    In the order of the source.
    """
    awaited = body.awaited.get(statement, ())
    nodes = [node for node in awaited if isinstance(node, ast.expr) and _is_early(body, node)]
    for node in sorted(nodes, key=lambda it: (it.lineno, it.col_offset)):
        yield node, not any(_chooses(*step) for step in _way_up(body, node, statement))


def _is_early(body: Body, node: ast.expr) -> bool:
    return body.early.get(node, Early.NO) is not Early.NO


def _way_up(body: Body, node: ast.AST, statement: ast.stmt) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield what stands around *node*, up to *statement*, each with its part on the way."""
    while node is not statement:
        above = body.parent[node]
        yield above, node
        node = above


def _chooses(above: ast.AST, part: ast.AST) -> bool:
    """Whether *above* may leave its *part* out."""
    match above:
        case ast.BoolOp(values=[first, *_]):
            return part is not first
        case ast.IfExp(test=first) | ast.If(test=first) | ast.For(iter=first):
            return part is not first
        case ast.comprehension(iter=first):
            return part is not first
        case (
            ast.ListComp(generators=[first, *_])
            | ast.SetComp(generators=[first, *_])
            | ast.DictComp(generators=[first, *_])
            | ast.GeneratorExp(generators=[first, *_])
        ):
            return part is not first
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Expr() | ast.Return():
            return False
        case _:
            return isinstance(above, _CHOICES)


def _may_leave(body: Body, statements: Sequence[ast.stmt]) -> bool:
    return any(isinstance(node, _JUMPS) or node in body.raising for node in own_nodes(statements))


def _code(node: ast.expr) -> str:
    """Return how async code reads *node*: of Quart's request, where the module is named."""
    return ast.unparse(node).replace("flask.request.", "quart.request.", 1)


def _root(node: ast.expr) -> str | None:
    """Return the name that a plain read such as ``request.get_json(force=True)`` starts with."""
    if isinstance(node, ast.Call):
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not all(isinstance(value, ast.Constant) for value in given):
            return None
        node = node.func
    match node:
        case ast.Attribute(value=ast.Name(id=name)):
            return name
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="flask" as name), attr="request")):
            return name
        case _:
            return None


def _name(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    read = function.attr if isinstance(function, ast.Attribute) else ""
    return "data" if read in {"json", "get_json", "get_data"} else read
