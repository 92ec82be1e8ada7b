"""Calls of abstract methods: they run what overrides these, though the receiver says less."""

import ast
from collections.abc import Iterator

from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import Function, FunctionId


def running_sites(facts: Facts, name: FunctionId) -> Iterator[CallSite]:
    """Yield the calls that run *name*, those of an abstract method that it overrides included."""
    yield from facts.callers.get(name, ())
    for other in facts.overrides.get(name, ()):
        if other != name and is_abstract(facts.program.functions[other]):
            yield from facts.callers.get(other, ())


def is_abstract(function: Function) -> bool:
    """Whether the function does nothing but say that others must do it."""
    if isinstance(function.node, ast.Lambda):
        return False
    match [it for it in function.node.body if not _is_text(it)]:
        case [ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name)))]:
            return name == "NotImplementedError"
        case [] | [ast.Pass()]:
            return any("abstractmethod" in ast.unparse(it) for it in function.node.decorator_list)
        case _:
            return False


def _is_text(statement: ast.stmt) -> bool:
    """Whether the statement is a docstring, or ``...``."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
