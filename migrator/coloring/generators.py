"""Generator expressions that wait: their code runs in whoever reads them, where that stands."""

import ast

from migrator.coloring.body import Body

_ENDLESS = frozenset({"count", "cycle", "repeat"})
"""What `itertools` has that never ends."""

_ENDING = frozenset(
    {
        "dict", "enumerate", "filter", "frozenset", "int", "iter", "len", "list", "map", "max",
        "min", "range", "reversed", "set", "sorted", "str", "tuple", "zip",
    }
)  # fmt: skip
"""Builtins that end where what they are given does."""


def waits_when_read(body: Body, node: ast.AST) -> bool:
    """Whether *node* is a generator expression that waits for its items, not only when it is made.

    What its first loop runs over is evaluated where the generator is made.
    https://docs.python.org/3/reference/expressions.html#generator-expressions
    """
    if not isinstance(node, ast.GeneratorExp):
        return False
    source = node.generators[0].iter
    at_once = {it for it in body.blocking.get(source, ()) if not _waits_for_rows(body, it, source)}
    later = waits_when_read(body, source)
    return later or any(it not in at_once for it in body.blocking.get(node, ()))


def _waits_for_rows(body: Body, node: ast.expr, source: ast.expr) -> bool:
    return node is source and body.places[node].rows


def is_read_at_once(generator: ast.AST, parent: ast.AST | None) -> bool:
    """Whether *parent* reads all of *generator* where it stands, or stops early for good."""
    match parent:
        case ast.Assign(targets=[ast.Tuple() | ast.List(), *_]):
            return True
        case ast.For(iter=source):
            return source is generator
        case ast.Compare() | ast.Starred():
            return True
        case _:
            return False


def is_handed_out(parent: ast.AST | None) -> bool:
    """Whether *parent* makes a response of the generator: Quart reads that in threads.

    https://quart.palletsprojects.com/en/latest/how_to_guides/streaming_response.html
    """
    match parent:
        case ast.Call(func=function):
            return _last_name(function) == "make_response"
        case _:
            return isinstance(parent, ast.Return)


def may_be_read_early(body: Body, generator: ast.GeneratorExp) -> bool:
    """Whether nobody notices that all of the generator runs at once: it has no effect, and ends."""
    if generator in body.writing or generator in body.sending:
        return False
    return _ends(generator)


def _ends(generator: ast.GeneratorExp) -> bool:
    for clause in generator.generators:
        if isinstance(clause.iter, ast.GeneratorExp):
            if not _ends(clause.iter):
                return False
        elif any(isinstance(it, ast.Call) and _may_be_endless(it) for it in ast.walk(clause.iter)):
            return False
    return True


def _may_be_endless(call: ast.Call) -> bool:
    """Whether *call* may give what never ends: a function that is no builtin may."""
    if isinstance(call.func, ast.Name):
        return call.func.id not in _ENDING or (call.func.id == "iter" and len(call.args) > 1)
    return _last_name(call.func) in _ENDLESS


def kept_names(body: Body, node: ast.AST) -> set[str]:
    """Return the names that *node* binds to a generator that waits when it is read."""
    if not isinstance(node, ast.Assign) or not waits_when_read(body, node.value):
        return set()
    return {it.id for it in node.targets if isinstance(it, ast.Name)}


def _last_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
