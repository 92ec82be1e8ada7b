"""Function and class statements: defaults, annotations, decorators, bases."""

import ast
from collections.abc import Callable, Sequence

from migrator.facts.annotations import annotated
from migrator.facts.classes import set_bases, write_attribute
from migrator.facts.decorators import apply_listed, decorate
from migrator.facts.evaluate import evaluate, function_unit, give_default
from migrator.facts.fixtures import class_fixtures
from migrator.facts.frame import Frame
from migrator.facts.loaders import set_back_references
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import Values

Run = Callable[[Frame, Sequence[ast.stmt]], bool]


def define_function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Run a ``def``: its name holds what its decorators make of it."""
    unit = function_unit(frame, node)
    _annotate(frame, unit, node)
    values: Values = frozenset({unit})
    for decorator in reversed(node.decorator_list):
        values = decorate(frame, decorator, values, unit)
    frame.bind(node.name, values)


def _annotate(
    frame: Frame, unit: FunctionUnit, node: ast.FunctionDef | ast.AsyncFunctionDef
) -> None:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for argument in every:
        promised = annotated(frame, argument.annotation)
        if promised:
            give_default(frame, unit, argument.arg, promised)
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            annotated(frame, rest.annotation)
    promised = annotated(frame, node.returns)
    if promised and not unit.function.is_generator:
        frame.machine.write(unit.returns, promised)


def define_class(frame: Frame, node: ast.ClassDef, run: Run) -> None:
    """Run a ``class`` statement; *run* runs its body."""
    cls = _class_unit(frame, node)
    set_bases(frame.machine, cls, tuple(evaluate(frame, base) for base in node.bases))
    for keyword in node.keywords:
        evaluate(frame, keyword.value)
    body = Frame(frame.machine, frame.unit, cls, frame)
    run(body, node.body)
    for name, values in body.env.items():
        write_attribute(frame.machine, cls, cls.attributes, name, values)
    set_back_references(frame.machine, cls)
    apply_listed(frame, cls)
    client = class_fixtures(frame.machine, cls)
    if client:
        write_attribute(frame.machine, cls, cls.instance, "client", client)
    made: Values = frozenset({cls})
    for decorator in reversed(node.decorator_list):
        made = decorate(frame, decorator, made, cls)
    frame.bind(node.name, made)


def _class_unit(frame: Frame, node: ast.ClassDef) -> ClassUnit:
    known = frame.unit.children.get(node)
    if isinstance(known, ClassUnit):
        return known
    program = frame.machine.program
    known_class = program.classes[program.class_ids[node]]
    serial = frame.machine.next_serial()
    cls = ClassUnit(serial, known_class, frame.unit.module, frame.unit)
    frame.unit.children[node] = cls
    frame.machine.add_class(cls)
    return cls
