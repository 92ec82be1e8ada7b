"""Places that read the rows of a query, a cursor or a file: it fetches them as it is read.

A query is run by whoever wants its rows: a loop, ``list(query)``, ``query[:10]``, and peewee's
``len(query)``. So do ``[*query]``, ``a, b = query`` and ``a in query``.
"""

import ast
from collections.abc import Iterator

from migrator.facts.catalog.blocking import ENTITIES, LISTS
from migrator.facts.catalog.judge import judge, library_of
from migrator.facts.loaders import QUERIES
from migrator.facts.model import Facts

_READERS = frozenset(
    {
        "all", "any", "dict", "enumerate", "filter", "frozenset", "list", "map", "max", "min",
        "next", "reversed", "set", "sorted", "sum", "tuple", "zip",
    }
)  # fmt: skip
_COUNTS = "len"


def read_rows(facts: Facts, node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield the expression that reads rows if *node* is the place of it, and what it reads."""
    kind = node.__class__
    if kind is ast.For or kind is ast.comprehension:
        if isinstance(node, ast.For | ast.comprehension):
            yield from ((node.iter, name) for name in _rows_of(facts, node.iter))
    elif kind is ast.Call:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from ((node, name) for name in _given(facts, node, node.func))
    elif kind is ast.Subscript and isinstance(node, ast.Subscript):
        yield from ((node, name) for name in _queries(facts, node.value))
    else:
        for taken in taken_apart(node):
            queries = (name for name in _queries(facts, taken) if _is_of_queries(name))
            yield from ((taken, name) for name in queries)


def taken_apart(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what *node* reads all of, where it is no loop and no call."""
    match node:
        case ast.Starred(value=taken, ctx=ast.Load()):
            yield taken
        case ast.Assign(targets=[ast.Tuple() | ast.List(), *_], value=taken):
            yield taken
        case ast.Compare(ops=operators, comparators=operands):
            for operator, taken in zip(operators, operands, strict=True):
                if isinstance(operator, ast.In | ast.NotIn):
                    yield taken


def _given(facts: Facts, call: ast.Call, function: ast.Name) -> Iterator[str]:
    """Yield what a function of Python itself is given to read."""
    name = function.id
    if name != _COUNTS and name not in _READERS:
        return
    if f"builtins.{name}" not in facts.names_at.get(function, ()):
        return
    find = _queries if name == _COUNTS else _rows_of
    for given in call.args:
        yield from find(facts, given)


def _rows_of(facts: Facts, node: ast.expr) -> Iterator[str]:
    for name in facts.names_at.get(node, ()):
        library = library_of(name)
        if library is not None and library.rows and _last(name) not in LISTS:
            yield name


def _queries(facts: Facts, node: ast.expr) -> Iterator[str]:
    """Yield names of queries that have not run yet: of what has, an element is at hand."""
    for name in _rows_of(facts, node):
        parts = {part.removesuffix("()") for part in name.split(".")}
        if not QUERIES.isdisjoint(parts) and judge(name.removesuffix("()")).effect is None:
            yield name


def _is_of_queries(name: str) -> bool:
    """Whether *name* is that of a query itself, and of nothing that was read by it."""
    *parts, last = name.split(".")
    read = LISTS | ENTITIES
    is_read = any(part.removesuffix("()") in read or part.endswith("[]") for part in parts)
    return not is_read and (last.endswith("()") or last in QUERIES)


def _last(name: str) -> str:
    return name.removesuffix("()").rpartition(".")[2]
