"""Decorators: what a name holds after them, and who got the function."""

import ast
from collections.abc import Iterator

from migrator.facts.attributes import setters
from migrator.facts.catalog.overridable import VIEW_METHODS
from migrator.facts.classes import ancestors
from migrator.facts.evaluate import evaluate
from migrator.facts.externals import made
from migrator.facts.fixtures import add_fixture, is_fixture_maker
from migrator.facts.frame import Frame
from migrator.facts.invoke import call_one
from migrator.facts.kinds import Kind
from migrator.facts.library import HANDLERS
from migrator.facts.parametrize import (
    hand_parameters,
    is_parametrize,
    note_fixture_parameters,
)
from migrator.facts.registrations import hand_over
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import NOTHING, Arguments, External, Property, Value, Values, join


def decorate(
    frame: Frame, decorator: ast.expr, values: Values, unit: FunctionUnit | ClassUnit
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
    if isinstance(decorator, External):
        _note_for_pytest(frame, decorator, values, node)
        if decorator.name in HANDLERS:
            return call_one(frame.machine, decorator, Arguments((values,)), frame.site)
        hand_over(frame.machine, values, decorator, node, wraps=True)
        return join(values, _command_group(frame, decorator))
    if isinstance(decorator, Property):
        if isinstance(node, ast.Attribute) and node.attr == "setter":
            frame.machine.write(setters(frame.machine, decorator), values)
        return frozenset({decorator})
    return call_one(frame.machine, decorator, Arguments((values,)), frame.site) or values


def _command_group(frame: Frame, decorator: External) -> Values:
    """Return the group of commands that ``@click.group()`` and ``@app.cli.group()`` make."""
    if decorator.kind is Kind.COMMAND_GROUP:
        return frozenset({decorator})
    if decorator.name.removesuffix("()") in _GROUPS:
        return made(frame.machine, "click.Group")
    return NOTHING


_GROUPS = frozenset({"click.group", "click.Group().group", "flask.cli.group"})


def apply_listed(frame: Frame, cls: ClassUnit) -> None:
    """Let what a view class lists as ``decorators`` or ``method_decorators`` get its methods.

    Only decorators of the program: they stand on no method, so nothing is noted of them.
    """
    for held in _listed(frame, cls):
        for name in sorted(VIEW_METHODS & cls.attributes.keys()):
            for method in cls.attributes[name].values:
                if isinstance(method, FunctionUnit):
                    _apply_listed(frame, held, method)


def _apply_listed(frame: Frame, decorators: Values, method: FunctionUnit) -> None:
    for decorator in decorators:
        if not isinstance(decorator, External):
            call_one(frame.machine, decorator, Arguments((frozenset({method}),)), method)


def _listed(frame: Frame, cls: ClassUnit) -> Iterator[Values]:
    for ancestor in ancestors(frame.machine, cls):
        for statement in ancestor.node.body:
            match statement:
                case ast.Assign(
                    targets=[ast.Name(id="decorators" | "method_decorators")],
                    value=ast.List(elts=nodes) | ast.Tuple(elts=nodes),
                ):
                    yield from (ancestor.unit.record.get(node, NOTHING) for node in nodes)
                case _:
                    pass


def _note_for_pytest(frame: Frame, decorator: External, values: Values, node: ast.expr) -> None:
    if is_fixture_maker(decorator):
        for value in values:
            if isinstance(value, FunctionUnit):
                add_fixture(frame.machine, node, value)
                note_fixture_parameters(frame, node, value)
    elif is_parametrize(decorator) and frame.site is not None:
        hand_parameters(frame, node, frame.site)
