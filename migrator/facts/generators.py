"""Generator functions of which every use is known: one may become async with all its readers.

A generator is read by a loop, by ``list`` and its like, by ``next``, or handed to a response, which
Quart reads. What else is done with it (it is kept, passed on, sent values) may be done by code that
knows nothing of async generators, so one such use takes the function out.
"""

import ast
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from migrator.facts.generator_form import CONTEXT, may_be_async, places_bound, sources
from migrator.facts.kinds import Kind, Member
from migrator.facts.machine import Machine
from migrator.facts.model import Handover
from migrator.facts.units import FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Bound,
    External,
    GeneratorObject,
    Unbinding,
    Value,
    Values,
)
from migrator.index.symbols import Function, FunctionId, Program

Record = Mapping[ast.AST, Values]

EXHAUSTING = frozenset(
    f"builtins.{name}" for name in ("frozenset", "list", "set", "sorted", "sum", "tuple")
)
"""Functions that read all of what they get."""

_RESPONSES = frozenset({"flask.Response", "flask.make_response"})
_RESPONSE_CLASS = Member(Kind.APP, "response_class")
_ROUTES = frozenset(
    Member(kind, name)
    for kind in (Kind.APP, Kind.BLUEPRINT)
    for name in ("delete", "get", "patch", "post", "put", "route")
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)


@dataclass(frozen=True, slots=True)
class _Code:
    """The program, and what each of its expressions holds."""

    program: Program
    record: Record

    def names(self, node: ast.AST) -> frozenset[str]:
        """Return the names of what *node* holds, if all of it is from outside the program."""
        values = self.record.get(node, NOTHING)
        if not all(isinstance(value, External) for value in values):
            return frozenset()
        return frozenset(value.name for value in values if isinstance(value, External))


def find_generators(
    machine: Machine, record: Record, overrides: Container[FunctionId]
) -> dict[FunctionId, tuple[Handover, ...]]:
    """Return the generator functions every use of which is known, with what hands them over.

    A method that overrides another, or that one overrides, is none of them.
    """
    code = _Code(machine.program, record)
    found: dict[FunctionId, tuple[Handover, ...]] = {}
    for name, places in _places(machine, record).items():
        if name in overrides:
            continue
        handovers = _handovers(code, code.program.functions[name], places)
        if handovers is None or not may_be_async(code.program, record, name):
            continue
        if handovers or not sources(code.program, record, name):
            found[name] = handovers
    return found


def _places(machine: Machine, record: Record) -> dict[FunctionId, list[ast.expr]]:
    """Return where each generator function of the app is named, and where it is at work."""
    program = machine.program
    places: dict[FunctionId, list[ast.expr]] = {
        name: []
        for name, function in program.functions.items()
        if function.is_generator and not function.is_async and not _is_test(program, function)
    }
    if not places:
        return {}
    known: dict[Values, frozenset[FunctionId]] = {}
    for node, values in record.items():
        generators = known.get(values)
        if generators is None:
            generators = known[values] = frozenset(_generators(values))
        if generators and isinstance(node, ast.expr):
            for name in generators & places.keys():
                places[name].append(node)
    return places


def _is_test(program: Program, function: Function) -> bool:
    return program.modules[function.module].is_test


def _generators(values: Values) -> Iterator[FunctionId]:
    for value in values:
        function = _function(value)
        if function is not None and function.function.is_generator:
            yield function.id


def _function(value: Value) -> FunctionUnit | None:
    """Return the function that *value* is, or that made it."""
    match value:
        case FunctionUnit():
            return value
        case Bound() | GeneratorObject() | Unbinding():
            return value.function
        case _:
            return None


def _handovers(
    code: _Code, function: Function, places: list[ast.expr]
) -> tuple[Handover, ...] | None:
    """Return where the generator is handed to a response, or ``None`` if a use is not known."""
    found = []
    for node in places:
        handover = _handover(code, function, node)
        if handover is not None:
            found.append(handover)
        elif not _is_known(code, function, node):
            return None
    return tuple(found)


def _is_known(code: _Code, function: Function, node: ast.expr) -> bool:
    values = code.record[node]
    if {name for value in values for name in _generators(frozenset({value}))} != {function.id}:
        return False
    if any(_function(value) is None for value in values) or _owner(code, node) is None:
        return False
    if all(isinstance(value, GeneratorObject) for value in values):
        return _is_kept(code, node) or _is_in_context(code, node) or _is_read(code, node)
    return _is_called(code, node)


def _owner(code: _Code, node: ast.expr) -> Function | None:
    """Return the function of the app that *node* stands in."""
    name = code.program.owner[node]
    if name is None:
        return None
    function = code.program.functions[name]
    is_lambda = isinstance(function.node, ast.Lambda)
    return None if is_lambda or _is_test(code.program, function) else function


def _is_called(code: _Code, node: ast.expr) -> bool:
    """Whether *node* names the function only to call it, perhaps through its request's context."""
    above = code.program.parent[node]
    if not isinstance(above, ast.Call):
        return False
    if above.func is node:
        return True
    return above.args == [node] and CONTEXT in code.names(above.func) and _is_called(code, above)


def _is_kept(code: _Code, node: ast.expr) -> bool:
    """Whether *node* is assigned to a variable that holds nothing else, or is that variable."""
    match code.program.parent[node]:
        case ast.Assign(targets=[ast.Name() as target], value=ast.Call() as value):
            function = _owner(code, node)
            return (
                node in {target, value}
                and function is not None
                and CONTEXT not in code.names(value.func)
                and _is_bound_once(function, target.id)
            )
        case _:
            return False


def _is_bound_once(function: Function, name: str) -> bool:
    return len(places_bound(function, name)) == 1 and name not in function.parameters


def _is_in_context(code: _Code, node: ast.expr) -> bool:
    """Whether *node* is the generator in ``stream_with_context(generate())``."""
    above = code.program.parent[node]
    return (
        isinstance(above, ast.Call)
        and isinstance(node, ast.Call)
        and above.args == [node]
        and not above.keywords
        and CONTEXT in code.names(above.func)
    )


def _is_read(code: _Code, node: ast.expr) -> bool:
    parent = code.program.parent
    match parent[node]:
        case ast.For(iter=iterated):
            return iterated is node
        case ast.comprehension() as clause:
            return clause.iter is node and _is_list(code, parent[clause])
        case ast.YieldFrom() as statement:
            return isinstance(parent[statement], ast.Expr)
        case ast.Call() as call:
            return _reads_all(code, call, node) or _reads_next(code, call, node)
        case _:
            return False


def _is_list(code: _Code, comprehension: ast.AST) -> bool:
    """Whether *comprehension* is read where it stands."""
    if isinstance(comprehension, ast.GeneratorExp):
        above = code.program.parent[comprehension]
        return isinstance(above, ast.Call) and _reads_all(code, above, comprehension)
    return isinstance(comprehension, _COMPREHENSIONS)


def _reads_all(code: _Code, call: ast.Call, node: ast.expr) -> bool:
    if node not in call.args[:1]:
        return False
    match call.func:
        case ast.Attribute(value=ast.Constant(value=str() | bytes()), attr="join"):
            return True
        case _:
            return not EXHAUSTING.isdisjoint(code.names(call.func))


def _reads_next(code: _Code, call: ast.Call, node: ast.expr) -> bool:
    """Whether *call* is ``next(…)``, and the function does not wait for the error at the end."""
    function = _owner(code, node)
    return (
        function is not None
        and "builtins.next" in code.names(call.func)
        and node in call.args[:1]
        and not any(
            isinstance(each, ast.Name) and each.id == "StopIteration"
            for each in ast.walk(function.node)
        )
    )


def _handover(code: _Code, function: Function, node: ast.expr) -> Handover | None:
    """Return *node* as the body of a response, if it is one."""
    maker = _owner(code, node)
    if maker is None or not _is_body(code, maker, node):
        return None
    values = code.record[node]
    made = {value.function.id for value in values if isinstance(value, GeneratorObject)}
    if made != {function.id} or not all(isinstance(it, GeneratorObject) for it in values):
        return None
    context = _context(code, function, node)
    if context is None and _has_decorator(function):
        return None
    return Handover(node, maker.id, context)


def _is_body(code: _Code, maker: Function, node: ast.expr) -> bool:
    above = code.program.parent[node]
    if isinstance(above, ast.Tuple) and above.elts[0] is node:
        above = code.program.parent[above]
    match above:
        case ast.Return():
            return _is_view(code, maker)
        case ast.Call(func=made):
            return node in above.args[:1] and _makes_response(code, made)
        case ast.keyword(arg="response"):
            call = code.program.parent[above]
            return isinstance(call, ast.Call) and _makes_response(code, call.func)
        case _:
            return False


def _is_view(code: _Code, function: Function) -> bool:
    """Whether the function is a view and no library looks at what it returns."""
    decorators = getattr(function.node, "decorator_list", [])
    return bool(decorators) and all(
        isinstance(value, External) and value.member in _ROUTES
        for decorator in decorators
        for value in code.record.get(decorator, NOTHING) or [None]
    )


def _makes_response(code: _Code, callee: ast.expr) -> bool:
    values = code.record.get(callee, NOTHING)
    return bool(values) and all(
        isinstance(value, External)
        and (value.name in _RESPONSES or value.member == _RESPONSE_CLASS)
        for value in values
    )


def _context(code: _Code, function: Function, node: ast.expr) -> ast.expr | None:
    """Return the ``stream_with_context`` that keeps the request for the generator."""
    if not isinstance(node, ast.Call):
        return None
    for called in (node.func, getattr(node.func, "func", None)):
        if isinstance(called, ast.expr) and CONTEXT in code.names(called):
            return called
    decorators = getattr(function.node, "decorator_list", [])
    if code.program.owner[node] != function.parent:
        return None
    return next((it for it in decorators if CONTEXT in code.names(it)), None)


def _has_decorator(function: Function) -> bool:
    return bool(getattr(function.node, "decorator_list", ()))
