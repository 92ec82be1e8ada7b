"""Which places of a function run after which: enough of control flow for commits and writes."""

import ast
from collections.abc import Iterator, Mapping, Sequence

Parents = Mapping[ast.AST, ast.AST]

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Module)


def falls_through(statements: Sequence[ast.stmt]) -> bool:
    """Whether control may reach what follows *statements*."""
    return not any(_leaves(statement) for statement in statements)


def _leaves(statement: ast.stmt) -> bool:
    match statement:
        case ast.If(body=body, orelse=orelse):
            return bool(orelse) and not falls_through(body) and not falls_through(orelse)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return not falls_through(body)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            if final and not falls_through(final):
                return True
            return not falls_through([*body, *orelse]) and not any(
                falls_through(handler.body) for handler in handlers
            )
        case _:
            return isinstance(statement, _LEAVES)


def reaches(first: ast.AST, second: ast.AST, parent: Parents) -> bool:
    """Whether *second* may run after *first*; both belong to one function."""
    outer = [first, *ancestors(first, parent)]
    around = set(outer)
    if second is first:
        return False
    below = second
    for above in ancestors(second, parent):
        if above is first:
            return False
        if above in around:
            return _reaches_in(above, _child(outer, above), below, outer, parent)
        below = above
    return False


def _reaches_in(
    common: ast.AST, first: ast.AST, second: ast.AST, outer: list[ast.AST], parent: Parents
) -> bool:
    """Decide at the innermost node around both: *first* and *second* are its children."""
    if any(isinstance(node, _LOOPS) for node in (common, *ancestors(common, parent))):
        return True
    if not _starts_before(first, second) or _exclusive(common, first, second):
        return False
    if first is not second and isinstance(first, _LEAVES):
        return False
    below = outer[: outer.index(first)]
    return all(_continues(node, parent) for node in below if isinstance(node, ast.stmt))


def _starts_before(first: ast.AST, second: ast.AST) -> bool:
    return _position(first) <= _position(second)


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _exclusive(common: ast.AST, first: ast.AST, second: ast.AST) -> bool:
    if isinstance(common, ast.If | ast.IfExp):
        return _holds(common.body, first) and _holds(common.orelse, second)
    if isinstance(common, ast.Try):
        return isinstance(second, ast.ExceptHandler) or (
            isinstance(first, ast.ExceptHandler) and second in common.orelse
        )
    return False


def _holds(branch: object, node: ast.AST) -> bool:
    return node in branch if isinstance(branch, list) else node is branch


def _continues(statement: ast.stmt, parent: Parents) -> bool:
    """Whether control goes on behind the list of statements in which *statement* stands."""
    rest = rest_of_list(statement, parent)[1:]
    return not isinstance(statement, _LEAVES) and falls_through(rest)


def rest_of_list(statement: ast.stmt, parent: Parents) -> Sequence[ast.stmt]:
    """Return *statement* and those after it in the list of statements that holds it."""
    for siblings in statement_lists(parent[statement]):
        if statement in siblings:
            return siblings[siblings.index(statement) :]
    return [statement]


def statement_lists(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements that *node* holds directly."""
    for name in ("body", "orelse", "finalbody"):
        value = getattr(node, name, None)
        if isinstance(value, list) and value:
            yield value
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def ancestors(node: ast.AST, parent: Parents) -> Iterator[ast.AST]:
    """Yield the nodes around *node*, innermost first, up to the function or module."""
    above = parent.get(node)
    while above is not None:
        yield above
        if isinstance(above, _SCOPES):
            return
        above = parent.get(above)


def _child(outer: list[ast.AST], common: ast.AST) -> ast.AST:
    return outer[max(outer.index(common) - 1, 0)]
