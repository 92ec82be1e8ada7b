"""Which functions of the program run at which place."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from migrator.facts.attributes import instance_attribute, own_classes, setters
from migrator.facts.callbacks import callback_form
from migrator.facts.classes import ancestors, class_attribute, slot_in, visible
from migrator.facts.collect import location_of
from migrator.facts.describe import Describer, call_of
from migrator.facts.loaders import is_mapped
from migrator.facts.machine import Machine
from migrator.facts.model import CallSite
from migrator.facts.rows import taken_apart
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Bound,
    External,
    GeneratorObject,
    Instance,
    Maker,
    ManagerObject,
    Partial,
    Property,
    Proxy,
    SuperRef,
    Unbinding,
    Value,
    Values,
)
from migrator.index.symbols import FunctionId

READERS = frozenset(
    f"builtins.{name}"
    for name in (
        "all", "any", "dict", "enumerate", "filter", "frozenset", "iter", "list", "map", "max",
        "min", "next", "reversed", "set", "sorted", "sum", "tuple", "zip",
    )
)  # fmt: skip
"""Functions that iterate over what they get."""

_RUN_BY_BUILTINS = (Bound, ClassUnit, FunctionUnit, Partial, Unbinding)


def find_call_sites(
    machine: Machine, record: Mapping[ast.AST, Values], describer: Describer
) -> tuple[tuple[CallSite, ...], dict[FunctionId, tuple[CallSite, ...]]]:
    """Return every call site in order of place, and the call sites of each function."""
    sites = sorted(_sites(machine, record, describer), key=lambda s: (s.location, s.form))
    callers: dict[FunctionId, list[CallSite]] = defaultdict(list)
    for site in sites:
        for target in site.targets:
            callers[target].append(site)
    return tuple(sites), {target: tuple(found) for target, found in callers.items()}


def _sites(
    machine: Machine, record: Mapping[ast.AST, Values], describer: Describer
) -> Iterator[CallSite]:
    parent = machine.program.parent
    for node, values in record.items():
        if not isinstance(node, ast.expr):
            continue
        above = parent[node]
        call = call_of(node, above)
        if call is not None and values:
            yield from _call_sites(machine, call, values)
        known = describer.describe(values)
        if isinstance(above, ast.Attribute) and (known.runs or known.kinds):
            yield from _property_sites(machine, above, values)
        if known.runs:
            yield from _reading_sites(machine, node, values, record)
        if any(isinstance(value, _RUN_BY_BUILTINS) for value in values):
            yield from _callback_sites(machine, node, values, record)


def _call_sites(machine: Machine, node: ast.Call, callees: Values) -> Iterator[CallSite]:
    targets = {
        function.id
        for callee in callees
        for function in chain(run_by_call(machine, callee), _set_by(machine, callee, node))
        if not function.function.is_generator
    }
    if targets:
        external = any(isinstance(c, External) and not is_mapped(c.name) for c in callees)
        yield _site(machine, node, targets, "call", external=external)


def _set_by(machine: Machine, callee: Value, call: ast.Call) -> Iterator[FunctionUnit]:
    """Yield the setters that a model's constructor runs: ``User(password="…")``.

    https://docs.sqlalchemy.org/en/20/orm/mapping_styles.html#default-constructor
    """
    if isinstance(callee, ClassUnit):
        for word in call.keywords:
            for value in class_attribute(machine, callee, word.arg) if word.arg else ():
                if isinstance(value, Property):
                    yield from _run_by_property(machine, value, ast.Store())


def run_by_call(machine: Machine, callee: Value) -> Iterator[FunctionUnit]:
    """Yield the functions that calling *callee* runs."""
    match callee:
        case FunctionUnit():
            yield callee
        case Bound() | Unbinding():
            yield callee.function
        case Maker():
            yield callee.caller
        case Partial():
            yield from run_by_call(machine, callee.target)
        case Proxy():
            yield from run_by_call(machine, callee.loader)
        case ClassUnit():
            yield from _constructors(machine, callee)
        case Instance():
            yield from _methods(machine, callee, ("__call__",))
        case _:
            return


def _callback_sites(
    machine: Machine, node: ast.expr, values: Values, record: Mapping[ast.AST, Values]
) -> Iterator[CallSite]:
    """Yield the call of a builtin that runs the functions *values*, which it gets as *node*."""
    above = machine.program.parent[node]
    taker = machine.program.parent[above] if isinstance(above, ast.keyword) else above
    if not isinstance(taker, ast.Call) or taker.func is node:
        return
    form = callback_form(taker, record)
    targets = {function.id for value in values for function in run_by_call(machine, value)}
    if form is not None and targets:
        yield _site(machine, taker, targets, form, external=False)


def _constructors(machine: Machine, cls: ClassUnit) -> Iterator[FunctionUnit]:
    for name in ("__init__", "__new__"):
        for value in class_attribute(machine, cls, name):
            if isinstance(value, FunctionUnit):
                yield value


def _property_sites(machine: Machine, node: ast.Attribute, receivers: Values) -> Iterator[CallSite]:
    targets = {
        function.id
        for receiver in receivers
        for function in _run_by_attribute(machine, receiver, node)
    }
    if targets:
        yield _site(machine, node, targets, "property", external=False)


def _run_by_attribute(
    machine: Machine, receiver: Value, node: ast.Attribute
) -> Iterator[FunctionUnit]:
    name = node.attr
    if isinstance(receiver, Proxy):
        yield from run_by_call(machine, receiver.loader)
        return
    held = NOTHING
    if isinstance(receiver, Instance):
        held = class_attribute(machine, receiver.cls, name)
        if receiver.is_open:
            held |= visible(machine, receiver.cls, name).below.values
    elif isinstance(receiver, External):
        for cls in own_classes(machine, receiver, name):
            held |= class_attribute(machine, cls, name)
    elif isinstance(receiver, SuperRef):
        for ancestor in ancestors(machine, receiver.cls)[1:]:
            held |= slot_in(ancestor.attributes, name).values
    for value in held:
        if isinstance(value, Property):
            yield from _run_by_property(machine, value, node.ctx)


def _run_by_property(
    machine: Machine, value: Property, context: ast.expr_context
) -> Iterator[FunctionUnit]:
    is_set = isinstance(context, ast.Store)
    run = setters(machine, value).values if is_set else (value.getter,)
    return (unit for unit in run if isinstance(unit, FunctionUnit))


def _reading_sites(
    machine: Machine, node: ast.expr, values: Values, record: Mapping[ast.AST, Values]
) -> Iterator[CallSite]:
    """Yield what entering or iterating over *node* runs, where its place asks for that."""
    above = machine.program.parent[node]
    if isinstance(above, ast.withitem) and above.context_expr is node:
        targets = {function.id for value in values for function in _run_by_with(machine, value)}
        if targets:
            yield _site(machine, node, targets, "with", external=False)
    elif _is_iterated(node, above, record):
        yield from _iteration(machine, node, values)


def _is_iterated(node: ast.expr, above: ast.AST, record: Mapping[ast.AST, Values]) -> bool:
    match above:
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return above.iter is node
        case ast.YieldFrom() | ast.Starred():
            return True
        case ast.Assign():
            return node in taken_apart(above)
        case ast.Compare():
            # An object may have `__contains__`.
            made = any(isinstance(it, GeneratorObject) for it in record.get(node, NOTHING))
            return made and node in taken_apart(above)
        case ast.Call():
            return node in above.args and _reads(above.func, record)
        case _:
            return False


def _reads(function: ast.expr, record: Mapping[ast.AST, Values]) -> bool:
    if isinstance(function, ast.Attribute) and function.attr == "join":
        return True
    callees = record.get(function, NOTHING)
    return any(isinstance(it, External) and it.name in READERS for it in callees)


def _iteration(machine: Machine, node: ast.expr, values: Values) -> Iterator[CallSite]:
    targets = {function.id for value in values for function in _run_by_iteration(machine, value)}
    if targets:
        yield _site(machine, node, targets, "iterate", external=False)


def _run_by_iteration(machine: Machine, value: Value) -> Iterator[FunctionUnit]:
    if isinstance(value, GeneratorObject):
        yield value.function
    elif isinstance(value, Instance):
        yield from _methods(machine, value, ("__iter__", "__next__"))


def _run_by_with(machine: Machine, value: Value) -> Iterator[FunctionUnit]:
    if isinstance(value, ManagerObject):
        yield value.function
    elif isinstance(value, Instance):
        yield from _methods(machine, value, ("__enter__", "__exit__", "__aenter__", "__aexit__"))
    elif isinstance(value, Proxy):
        yield from run_by_call(machine, value.loader)


def _methods(machine: Machine, instance: Instance, names: Iterable[str]) -> Iterator[FunctionUnit]:
    for name in names:
        for value in instance_attribute(machine, instance, name):
            if isinstance(value, Bound):
                yield value.function


def _site(
    machine: Machine, node: ast.expr, targets: set[FunctionId], form: str, *, external: bool
) -> CallSite:
    caller = machine.program.owner[node]
    place = location_of(machine, node)
    return CallSite(node, caller, tuple(sorted(targets)), external, form, place)
