"""Which functions and modules are found by a name that is computed: ``getattr(it, "do_" + x)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from migrator.facts.attributes import attribute
from migrator.facts.catalog.overridable import HTTP_METHODS
from migrator.facts.classes import ancestors, descendants
from migrator.facts.machine import Machine
from migrator.facts.units import ClassUnit
from migrator.facts.values import NOTHING, Instance, ModuleRef, Value, Values, join
from migrator.index.resolve import place_of
from migrator.index.symbols import Module

_ANY = ".*"
_PUBLIC = "[^_].*"
_FIELD = re.compile(r"%[sdr]|\{[^{}]*\}")


def functions_named_at_run_time(machine: Machine, values: Values, call: ast.Call) -> Values:
    """Return the functions that *call*, a ``getattr`` of one of *values*, may find.

    Where nothing is known of the name, it is any public one, if what is found is called.
    """
    pattern = _pattern(call.args[1])
    if pattern == _ANY:
        return functions_of(machine, values) if _is_called(machine, call) else NOTHING
    return functions_of(machine, values, pattern)


def functions_of(machine: Machine, values: Values, pattern: str = _PUBLIC) -> Values:
    """Return the functions of *values* whose whole names match the regular expression."""
    found = NOTHING
    for value in values:
        for name in _function_names(machine, value):
            if re.fullmatch(pattern, name, re.DOTALL):
                functions = (it for it in attribute(machine, value, name) if it.is_function)
                found = join(found, frozenset(functions))
    return found


def modules_named_at_run_time(machine: Machine, name: ast.expr) -> Values:
    """Return the project's modules that ``import_module("package." + name)`` may import."""
    pattern = _pattern(name)
    if not re.search(r"\w", pattern):
        return NOTHING
    return frozenset(
        machine.module_ref(place_of(module.file.path))
        for module in machine.program.modules.values()
        if not module.is_test and re.fullmatch(pattern, module.name)
    )


def globals_named_at_run_time(machine: Machine, module: Module, node: ast.Subscript) -> Values:
    """Return what ``globals()["do_" + name]`` in *module* may be."""
    match node.value:
        case ast.Call(func=ast.Name(id="globals"), args=[]) if _pattern(node.slice) != _ANY:
            here = frozenset({machine.module_ref(place_of(module.file.path))})
            return functions_of(machine, here, _pattern(node.slice))
        case _:
            return NOTHING


def _pattern(name: ast.expr) -> str:
    """Return the regular expression of the names that *name* may be."""
    match name:
        case ast.Constant(value=str() as text):
            return re.escape(text)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _pattern(left) + _pattern(right)
        case (
            ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str() as text))
            | ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format"))
        ):
            return _ANY.join(map(re.escape, _FIELD.split(text)))
        case ast.JoinedStr(values=parts):
            return "".join(map(_pattern, parts))
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="method"), attr="lower")):
            return f"(?:{'|'.join(sorted(HTTP_METHODS))})"
        case _:
            return _ANY


def _is_called(machine: Machine, call: ast.Call) -> bool:
    """Whether what *call* gives is called: at once, or by the name that it gets."""
    parent = machine.program.parent
    above = parent.get(call)
    match above:
        case ast.Call(func=function):
            return function is call
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
            return any(
                isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
                for node in ast.walk(parent.get(above, above))
            )
        case _:
            return False


def _function_names(machine: Machine, value: Value) -> dict[str, None]:
    """Return the names of the functions that *value* has, in their order: each run is the same."""
    return {
        statement.name: None
        for body in _bodies(machine, value)
        for statement in body
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _bodies(machine: Machine, value: Value) -> Iterator[list[ast.stmt]]:
    """Yield the blocks that define what *value* has."""
    match value:
        case Instance(cls=cls) | (ClassUnit() as cls):
            for found in (*ancestors(machine, cls), *descendants(cls)):
                yield found.node.body
        case ModuleRef(place=place):
            module = machine.finder.module_at(place)
            yield module.tree.body if module is not None else []
        case _:
            pass
