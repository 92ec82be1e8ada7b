"""Whether the body of a generator function may be that of an async one, as Python has it.

An async generator returns nothing, is sent nothing, and has no ``yield from``. It runs on the event
loop, so what is not known may neither iterate nor wait in it: it may wait for ever.
"""

import ast
from collections.abc import Iterator, Mapping

from migrator.facts.catalog.judge import library_of
from migrator.facts.guesses import tells_nothing
from migrator.facts.values import NOTHING, Container, External, GeneratorObject, Values
from migrator.index.symbols import Function, FunctionId, Program

Record = Mapping[ast.AST, Values]

CONTEXT = "flask.stream_with_context"

_CANCELLED = frozenset({"BaseException", "GeneratorExit", "CancelledError"})
_DISPLAYS = (
    ast.Constant, ast.Dict, ast.DictComp, ast.JoinedStr, ast.List, ast.ListComp, ast.Set,
    ast.SetComp, ast.Tuple,
)  # fmt: skip
_WRAPPERS = frozenset({"enumerate", "filter", "map", "reversed", "zip"})
_LISTS = frozenset({"dict", "frozenset", "list", "range", "set", "sorted", "tuple"})
_LISTING = frozenset(
    {"all", "fetchall", "fetchmany", "getlist", "items", "keys", "split", "splitlines", "values"}
)
_AT_HAND = (
    *(f"builtins.{kind.__name__}()" for kind in (bytes, dict, list, range, set, str, tuple)),
    *(f"flask.request.{name}" for name in ("args", "form", "get_json()", "json", "values")),
    "collections.", "flask.session", "itertools.count()", "json.", "random.", "re.",
)  # fmt: skip
_OF_VALUES = (
    frozenset(name for kind in (bytes, dict, list, set, str) for name in dir(kind))
    - {"clear", "copy", "count", "get", "index", "pop", "remove", "update"}
)  # fmt: skip
"""Methods that only text, lists and the like have: they wait for nothing."""


def may_be_async(program: Program, record: Record, name: FunctionId) -> bool:
    """Whether the generator function may be ``async def``, as far as its body goes."""
    function = program.functions[name]
    if isinstance(function.node, ast.Lambda) or not _has_plain_decorators(function, record):
        return False
    return all(
        _may_stand(program, record, function, node) for node in _own_nodes(program, function)
    )


def sources(program: Program, record: Record, name: FunctionId) -> tuple[ast.expr, ...]:
    """Return what the loops of the generator function run over, where that may wait."""
    function = program.functions[name]
    found = (_source(node) for node in _own_nodes(program, function))
    return tuple(it for it in found if it is not None and not _is_at_hand(record, function, it))


def _own_nodes(program: Program, function: Function) -> Iterator[ast.AST]:
    for node in ast.walk(function.node):
        if program.owner.get(node) == function.id:
            yield node


def _source(node: ast.AST) -> ast.expr | None:
    """Return what a loop runs over that may step in the lane."""
    match node:
        case ast.For(iter=source) | ast.YieldFrom(value=source):
            return source
        case _:
            return None


def _has_plain_decorators(function: Function, record: Record) -> bool:
    return all(
        any(
            isinstance(value, External) and value.name == CONTEXT
            for value in record.get(decorator, NOTHING)
        )
        for decorator in getattr(function.node, "decorator_list", ())
    )


def _may_stand(program: Program, record: Record, function: Function, node: ast.AST) -> bool:
    match node:
        case ast.Return(value=value):
            return value is None
        case ast.Yield() | ast.YieldFrom() if not isinstance(program.parent[node], ast.Expr):
            return False
        case ast.ExceptHandler(type=caught):
            return caught is not None and _CANCELLED.isdisjoint(_names(caught))
        case _:
            return _waits_in_known_ways(record, function, node)


def _waits_in_known_ways(record: Record, function: Function, node: ast.AST) -> bool:
    match node:
        case ast.For(iter=source) | ast.YieldFrom(value=source):
            return _is_at_hand(record, function, source) or _is_of_library(record, source)
        case ast.comprehension(iter=source):
            return _is_at_hand(record, function, source)
        case ast.withitem(context_expr=entered):
            values = record.get(entered, NOTHING)
            return bool(values) and all(map(_is_known, values))
        case ast.Call():
            return _is_told(record, node)
        case _:
            return True


def _names(node: ast.expr) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr


def _is_of_library(record: Record, source: ast.expr) -> bool:
    """Whether *source* is surely of a library: a loop may step over it in a thread."""
    values = record.get(source, NOTHING)
    return bool(values) and all(
        isinstance(value, External) and not _is_of_store(value) for value in values
    )


def _is_known(value: object) -> bool:
    """Whether the catalog tells what entering *value* does: what leaves it may wait, too."""
    return isinstance(value, External) and library_of(value.name) is not None


def _is_told(record: Record, call: ast.Call) -> bool:
    """Whether it is known what is called, or the name says that it does not wait."""
    callees = record.get(call.func, NOTHING)
    if callees and not any(isinstance(it, External) and _is_of_store(it) for it in callees):
        return True
    match call:
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str()), *_]):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _OF_VALUES
        case _:
            return False


def _is_of_store(value: External) -> bool:
    """Whether it is something that the project keeps on its app or in ``g``."""
    return tells_nothing(value.name.replace("flask.Flask().", "flask.current_app.", 1))


def _is_at_hand(record: Record, function: Function, node: ast.expr) -> bool:
    """Whether iterating over *node* waits for nothing, unless it is a generator of the program."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=parts) if name in _WRAPPERS:
            taken = parts[1:] if name in {"filter", "map"} else parts
            return all(_is_at_hand(record, function, part) for part in taken)
        case ast.Subscript(value=value, slice=ast.Slice()) | ast.Starred(value=value):
            return _is_at_hand(record, function, value)
        case _ if _is_list(node):
            return True
    values = record.get(node, NOTHING)
    if values:
        return all(map(_holds_all, values))
    return isinstance(node, ast.Name) and _is_bound_to_list(record, function, node.id)


def _is_list(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _LISTS
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _LISTING
        case _:
            return isinstance(node, _DISPLAYS)


def _holds_all(value: object) -> bool:
    match value:
        case Container() | GeneratorObject():
            return True
        case External(name=name):
            last = name.removesuffix("()").rpartition(".")[2]
            return name.startswith(_AT_HAND) or (name.endswith("()") and last in _LISTING)
        case _:
            return False


def _is_bound_to_list(record: Record, function: Function, name: str) -> bool:
    """Whether the one assignment to *name* gives it what is at hand."""
    bound = places_bound(function, name)
    given = [
        each.value
        for each in ast.walk(function.node)
        if isinstance(each, ast.Assign) and each.targets == bound
    ]
    return (
        len(bound) == 1 and all(_is_at_hand(record, function, it) for it in given) and bool(given)
    )


def places_bound(function: Function, name: str) -> list[ast.expr]:
    """Return where *function*, or one inside it, binds or deletes the variable *name*."""
    return [
        each
        for each in ast.walk(function.node)
        if isinstance(each, ast.Name) and each.id == name and not isinstance(each.ctx, ast.Load)
    ]
