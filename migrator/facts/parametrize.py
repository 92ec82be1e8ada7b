"""pytest's parameters: what ``parametrize`` and ``fixture(params=…)`` hand over."""

import ast
from collections.abc import Iterator

from migrator.facts.containers import elements_of, item_of
from migrator.facts.evaluate import give_default
from migrator.facts.frame import Frame
from migrator.facts.machine import Machine
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import NOTHING, Container, External, Value, Values, join

_PARAMETRIZE = "pytest.mark.parametrize()"


def is_parametrize(value: Value) -> bool:
    """Whether *value*, a decorator, hands parameters to tests."""
    return isinstance(value, External) and value.name == _PARAMETRIZE


def hand_parameters(
    frame: Frame, decorator: ast.expr, definition: FunctionUnit | ClassUnit
) -> None:
    """Let the values of ``parametrize("a,b", values)`` reach the parameters of the test."""
    match decorator:
        case ast.Call(args=[named, values, *_]):
            names = _names(named)
        case _:
            return
    rows = elements_of(frame.machine, frame.record.get(values, NOTHING))
    for test in _tests(definition):
        for index, name in enumerate(names):
            held = _column(frame.machine, rows, index) if len(names) > 1 else rows
            give_default(frame, test, name, held)


def _names(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [name.strip() for name in text.split(",")]
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            texts = [part.value for part in parts if isinstance(part, ast.Constant)]
            return [text for text in texts if isinstance(text, str)]
        case _:
            return []


def _column(machine: Machine, rows: Values, index: int) -> Values:
    found = NOTHING
    for row in rows:
        if isinstance(row, Container):
            found = join(found, item_of(machine, row, index))
    return found


def _tests(definition: FunctionUnit | ClassUnit) -> Iterator[FunctionUnit]:
    if isinstance(definition, FunctionUnit):
        yield definition
        return
    for name, slot in definition.attributes.items():
        if name.startswith("test"):
            yield from (value for value in slot.values if isinstance(value, FunctionUnit))


def note_fixture_parameters(frame: Frame, decorator: ast.expr, fixture: FunctionUnit) -> None:
    """Let ``fixture(params=values)`` reach ``request.param``."""
    if not isinstance(decorator, ast.Call):
        return
    for keyword in decorator.keywords:
        if keyword.arg == "params":
            held = elements_of(frame.machine, frame.record.get(keyword.value, NOTHING))
            slot = frame.machine.named_slot("fixture parameter", str(fixture.id))
            frame.machine.write(slot, held)
