"""Evaluates units until nothing changes: the fixpoint."""

import ast

from migrator.facts.catalog.framework import framework
from migrator.facts.classes import external_bases
from migrator.facts.evaluate import evaluate
from migrator.facts.externals import made
from migrator.facts.fixtures import fixture_values, takes_fixtures
from migrator.facts.frame import Frame
from migrator.facts.machine import Machine
from migrator.facts.statements import run
from migrator.facts.units import FunctionUnit, Unit
from migrator.facts.values import NOTHING, Values, join


def reach_fixpoint(machine: Machine) -> None:
    """Evaluate every module, every function that appears, and again what reads what grew."""
    for module in machine.modules.values():
        machine.add_unit(module)
    while machine.waiting:
        unit = machine.waiting.popleft()
        unit.queued = False
        machine.current = unit
        evaluate_unit(machine, unit)
    machine.current = None


def evaluate_unit(machine: Machine, unit: Unit) -> None:
    """Run the body of *unit* once, with what its parameters hold by now."""
    frame = Frame(machine, unit)
    try:
        if isinstance(unit, FunctionUnit):
            _run_function(frame, unit)
        else:
            run(frame, unit.module.tree.body)
            frame.flush()
    except RecursionError:
        machine.note_overflow(unit, "the code is nested too deeply to be followed")


def _run_function(frame: Frame, unit: FunctionUnit) -> None:
    for name in (*unit.positional, *unit.keyword_only):
        held = frame.machine.read(unit.slot(name))
        frame.env[name] = join(held, unit.defaults.get(name, NOTHING))
    _bind_rest(frame, unit)
    _bind_receiver(frame, unit)
    _bind_from_library(frame, unit)
    if takes_fixtures(frame.machine, unit):
        for name in (*unit.positional, *unit.keyword_only):
            given = fixture_values(frame.machine, unit, name)
            frame.env[name] = join(frame.env[name], given)
    if frame.keeps_slots:
        for name, values in frame.env.items():
            frame.machine.write(unit.slot(name), values)
    node = unit.function.node
    if isinstance(node, ast.Lambda):
        frame.machine.write(unit.returns, evaluate(frame, node.body))
    else:
        run(frame, node.body)


def _bind_rest(frame: Frame, unit: FunctionUnit) -> None:
    if unit.vararg is not None:
        extra = frame.machine.container(unit.function.node, unit)
        frame.env[unit.vararg] = frozenset({extra})
    if unit.kwarg is not None:
        named = frame.machine.container(unit.function.node.args, unit)
        frame.env[unit.kwarg] = frozenset({named})


def _bind_receiver(frame: Frame, unit: FunctionUnit) -> None:
    """Let ``self`` be an instance of the class or of a subclass, ``cls`` the class."""
    if unit.owner is None or not unit.positional or unit in frame.machine.static:
        return
    first = unit.positional[0]
    if unit.site is not None and unit.original is not None and unit.slot(first).values:
        return
    takes_class = unit in frame.machine.class_methods or unit.function.name in _CLASS_METHODS
    receiver = unit.owner if takes_class else frame.machine.instance(unit.owner, is_open=True)
    frame.env[first] = join(frame.env[first], frozenset({receiver}))


def _bind_from_library(frame: Frame, unit: FunctionUnit) -> None:
    """Let a method that overrides a library's have what the library passes to it."""
    if unit.owner is None or unit.function.name not in _GIVEN:
        return
    for base in external_bases(frame.machine, unit.owner):
        passed = framework().parameters.get(f"{base.name}.{unit.function.name}", ())
        for name, meant in zip(unit.positional[1:], passed, strict=False):
            frame.env[name] = join(frame.env[name], _given(frame.machine, meant))


def _given(machine: Machine, name: str) -> Values:
    if name in framework().names:
        return frozenset({machine.external(name)})
    return made(machine, name)


_GIVEN = frozenset(name.rpartition(".")[2] for name in framework().parameters)
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
