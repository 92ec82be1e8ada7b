"""Decorators: what a name holds after them, and who got the function."""

import ast
from collections.abc import Callable

from migrator.facts.fixtures import add_fixture, is_fixture_maker
from migrator.facts.frame import Frame
from migrator.facts.invoke import call_one
from migrator.facts.library import HANDLERS
from migrator.facts.registrations import hand_over
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import NOTHING, Arguments, External, Property, Value, Values, join

Evaluate = Callable[[Frame, ast.AST], Values]


def decorate(
    frame: Frame,
    decorator: ast.expr,
    values: Values,
    unit: FunctionUnit | ClassUnit,
    evaluate: Evaluate,
) -> Values:
    """Return what *decorator* makes of *values*, the definition *unit* or what it became."""
    around = frame.site
    frame.site = unit
    decorators = evaluate(frame, decorator)
    found = NOTHING
    for value in decorators:
        found = join(found, _apply(frame, value, values, decorator))
    frame.site = around
    found = found or values
    frame.unit.decorated[decorator] = (unit, decorators, found)
    return found


def _apply(frame: Frame, decorator: Value, values: Values, node: ast.expr) -> Values:
    arguments = Arguments((values,))
    if isinstance(decorator, External):
        if is_fixture_maker(decorator):
            for value in values:
                if isinstance(value, FunctionUnit):
                    add_fixture(frame.machine, node, value)
        handler = HANDLERS.get(decorator.name)
        if handler is not None:
            return call_one(frame.machine, decorator, arguments, frame.site)
        hand_over(frame.machine, values, decorator, node, wraps=True)
        return values
    if isinstance(decorator, Property):
        return frozenset({decorator})
    return call_one(frame.machine, decorator, arguments, frame.site) or values
