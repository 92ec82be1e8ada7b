"""What an expression may hold."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from migrator.facts.assignments import assign
from migrator.facts.attributes import get_attribute
from migrator.facts.callbacks import is_sort, sort
from migrator.facts.computed_names import globals_named_at_run_time
from migrator.facts.containers import elements_of, item_of, set_item
from migrator.facts.frame import Frame, literal
from migrator.facts.hints import hinted
from migrator.facts.invoke import call
from migrator.facts.loaders import row_by_key
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Arguments,
    Container,
    External,
    SuperRef,
    Value,
    Values,
    join,
)
from migrator.index.survey import CHILD_FIELDS


def evaluate(frame: Frame, node: ast.AST) -> Values:
    """Return what *node* may hold, and record it and what its parts hold."""
    values = EVALUATORS.get(node.__class__, _parts)(frame, node)
    if node in frame.machine.hints:
        values = hinted(frame.machine, values, frame.machine.hints[node])
    if values:
        frame.record[node] = values
    return values


def _parts(frame: Frame, node: ast.AST) -> Values:
    """Evaluate the parts of an expression whose own value does not matter."""
    for field in CHILD_FIELDS[node.__class__]:
        child = getattr(node, field)
        if isinstance(child, ast.AST):
            evaluate(frame, child)
        elif isinstance(child, list):
            for part in child:
                if part is not None:
                    evaluate(frame, part)
    return NOTHING


def _constant(_frame: Frame, _node: ast.AST) -> Values:
    return NOTHING


def _name(frame: Frame, node: ast.Name) -> Values:
    return frame.lookup(node.id)


def _attribute(frame: Frame, node: ast.Attribute) -> Values:
    receivers = evaluate(frame, node.value)
    return get_attribute(frame.machine, receivers, node.attr) if receivers else NOTHING


def _call(frame: Frame, node: ast.Call) -> Values:
    callees = evaluate(frame, node.func)
    arguments = _arguments(frame, node)
    if not callees:
        if is_sort(node.func):
            sort(frame.machine, NOTHING, arguments, call)
        return NOTHING
    if isinstance(node.func, ast.Name) and node.func.id == "super":
        return _super(frame, callees, arguments)
    return call(frame.machine, callees, arguments, _site(frame, arguments))


def _arguments(frame: Frame, node: ast.Call) -> Arguments:
    positional: list[Values] = []
    keywords: dict[str, Values] = {}
    rest = NOTHING
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            rest = join(rest, elements_of(frame.machine, evaluate(frame, argument.value)))
        else:
            positional.append(evaluate(frame, argument))
    for keyword in node.keywords:
        values = evaluate(frame, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = values
        else:
            rest = _spread(frame, values, keywords, rest)
    return Arguments(tuple(positional), keywords, rest, node)


def _spread(frame: Frame, values: Values, keywords: dict[str, Values], rest: Values) -> Values:
    """Take the entries of ``**values``: by name where the names are known."""
    for value in values:
        if isinstance(value, Container):
            for name, slot in list(value.items.items()):
                if isinstance(name, str):
                    held = frame.machine.read(slot)
                    keywords[name] = join(keywords.get(name, NOTHING), held)
            rest = join(rest, frame.machine.read(value.elements))
    return rest


def _site(frame: Frame, arguments: Arguments) -> FunctionUnit | ClassUnit | None:
    """Return what is being decorated, if this call takes part in it."""
    if frame.site is not None:
        return frame.site
    inherited = frame.unit.site
    if inherited is not None and arguments.has_functions():
        return inherited
    return None


def _super(frame: Frame, callees: Values, arguments: Arguments) -> Values:
    method = frame.owner()
    if method is None or method.owner is None:
        return callees
    receiver = frame.machine.instance(method.owner, is_open=True)
    named = arguments.positional[0] if arguments.positional else frozenset({method.owner})
    return frozenset(
        frame.machine.make(SuperRef, cls, receiver) for cls in named if isinstance(cls, ClassUnit)
    )


def _subscript(frame: Frame, node: ast.Subscript) -> Values:
    receivers = evaluate(frame, node.value)
    evaluate(frame, node.slice)
    found = globals_named_at_run_time(frame.machine, frame.unit.module, node)
    if not receivers:
        return found
    key = literal(node.slice)
    for value in receivers:
        found = join(found, _item(frame, value, key))
    return found


def _item(frame: Frame, value: Value, key: int | str | None) -> Values:
    if isinstance(value, ClassUnit):
        # A generic class, Base[T], is the class.
        return row_by_key(frame.machine, value) or frozenset({value})
    if isinstance(value, External):
        if value.name.rpartition(".")[2][:1].isupper():
            return frozenset({value})
        if value.member is not None and isinstance(key, str):
            kept = frame.machine.kind_slot(value.member.kind, f"{value.member.name}[{key}]")
            held = frame.machine.read(kept)
            if held:
                return held
    return item_of(frame.machine, value, key)


def _sequence(frame: Frame, node: ast.List | ast.Set | ast.Tuple) -> Values:
    made = frame.machine.container(node, frame.unit)
    for index, element in enumerate(node.elts):
        if isinstance(element, ast.Starred):
            spread = elements_of(frame.machine, evaluate(frame, element.value))
            frame.machine.write(made.elements, spread)
        else:
            values = evaluate(frame, element)
            if values:
                set_item(frame.machine, made, index, values)
                if not isinstance(node, ast.Tuple):
                    # Lists are reordered: what stands at an index is a guess.
                    set_item(frame.machine, made, None, values)
    return frozenset({made})


def _dict(frame: Frame, node: ast.Dict) -> Values:
    made = frame.machine.container(node, frame.unit)
    for key, element in zip(node.keys, node.values, strict=True):
        values = evaluate(frame, element)
        if key is None:
            frame.machine.write(made.elements, elements_of(frame.machine, values))
            continue
        evaluate(frame, key)
        if values:
            set_item(frame.machine, made, literal(key), values)
    return frozenset({made})


def _comprehension(
    frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Values:
    around = frame.env
    frame.env = dict(around)
    frame.comprehensions.append(around)
    for generator in node.generators:
        elements = elements_of(frame.machine, evaluate(frame, generator.iter))
        assign(frame, generator.target, elements, evaluate)
        for condition in generator.ifs:
            evaluate(frame, condition)
    if isinstance(node, ast.DictComp):
        evaluate(frame, node.key)
        values = evaluate(frame, node.value)
    else:
        values = evaluate(frame, node.elt)
    frame.comprehensions.pop()
    frame.env = around
    made = frame.machine.container(node, frame.unit)
    frame.machine.write(made.elements, values)
    return frozenset({made})


def _if_expression(frame: Frame, node: ast.IfExp) -> Values:
    evaluate(frame, node.test)
    return join(evaluate(frame, node.body), evaluate(frame, node.orelse))


def _bool_operation(frame: Frame, node: ast.BoolOp) -> Values:
    found = [evaluate(frame, value) for value in node.values]
    if isinstance(node.op, ast.And):
        # What stands before the last is passed on only where it is false.
        return found[-1]
    return NOTHING.union(*found)


def _binary_operation(frame: Frame, node: ast.BinOp) -> Values:
    operands: list[Values] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        # "a" + "b" + … nests to the left as deep as it is long.
        operands.append(evaluate(frame, left.right))
        left = left.left
    first = evaluate(frame, left)
    if isinstance(node.op, ast.Div):
        # pathlib: the path that is divided.
        return frozenset(value for value in first if isinstance(value, External))
    every = first.union(*operands)
    return frozenset(value for value in every if isinstance(value, Container))


def _named_expression(frame: Frame, node: ast.NamedExpr) -> Values:
    values = evaluate(frame, node.value)
    frame.bind_outside_comprehension(node.target.id, values)
    return values


def _same(frame: Frame, node: ast.Await | ast.Starred) -> Values:
    return evaluate(frame, node.value)


def _yield(frame: Frame, node: ast.Yield) -> Values:
    if node.value is not None:
        values = evaluate(frame, node.value)
        if isinstance(frame.unit, FunctionUnit):
            frame.machine.write(frame.unit.yields, values)
    return NOTHING


def _yield_from(frame: Frame, node: ast.YieldFrom) -> Values:
    values = elements_of(frame.machine, evaluate(frame, node.value))
    if isinstance(frame.unit, FunctionUnit):
        frame.machine.write(frame.unit.yields, values)
    return NOTHING


def _lambda(frame: Frame, node: ast.Lambda) -> Values:
    return frozenset({function_unit(frame, node)})


def function_unit(
    frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
) -> FunctionUnit:
    """Return the unit of the function that *node* defines here, with its defaults known."""
    machine = frame.machine
    unit = frame.unit.children.get(node)
    if not isinstance(unit, FunctionUnit):
        function = machine.program.functions[machine.program.function_ids[node]]
        scope = machine.program.scopes[node]
        serial = machine.next_serial()
        unit = FunctionUnit(serial, function, scope, frame.unit, frame.cls)
        frame.unit.children[node] = unit
        machine.add_unit(unit)
    for name, values in _default_values(frame, node.args):
        give_default(frame, unit, name, values)
    return unit


def give_default(frame: Frame, unit: FunctionUnit, name: str, values: Values) -> None:
    """Let the parameter *name* hold *values* where no caller says otherwise."""
    held = unit.defaults.get(name, NOTHING)
    if not values <= held:
        unit.defaults[name] = held | values
        for copy in (unit, *unit.clones.values()):
            frame.machine.enqueue(copy)


def _default_values(frame: Frame, arguments: ast.arguments) -> list[tuple[str, Values]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(with_default, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return [(arg.arg, evaluate(frame, default)) for arg, default in pairs if default is not None]


EVALUATORS: Mapping[type[ast.AST], Callable[[Frame, Any], Values]] = {
    ast.Attribute: _attribute,
    ast.Await: _same,
    ast.BinOp: _binary_operation,
    ast.BoolOp: _bool_operation,
    ast.Call: _call,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _if_expression,
    ast.Lambda: _lambda,
    ast.List: _sequence,
    ast.ListComp: _comprehension,
    ast.Name: _name,
    ast.NamedExpr: _named_expression,
    ast.Set: _sequence,
    ast.SetComp: _comprehension,
    ast.Starred: _same,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}
