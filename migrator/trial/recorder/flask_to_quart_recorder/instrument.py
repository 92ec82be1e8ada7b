"""Puts calls of the recorder into a syntax tree; positions stay, so tracebacks do too."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

RECEIVER = "__flask_to_quart_receiver__"
CALLEE = "__flask_to_quart_callee__"
ENTERED = "__flask_to_quart_entered__"
"""Builtins, by names that no class mangles: they end in two underscores."""

_MARK = "_flask_to_quart_instrumented"


def instrumented(tree: Any, path: str, members: frozenset[str]) -> Any:
    """Return *tree*, of the project's file *path*, with calls of the recorder in it."""
    if not hasattr(tree, _MARK):
        _Instrument(path, members).visit(tree)
        setattr(tree, _MARK, True)
    return tree


class _Instrument(ast.NodeTransformer):
    """Hands receivers and callees through the recorder, and tells it of functions that run."""

    def __init__(self, path: str, members: frozenset[str]) -> None:
        self._path = path
        self._members = members

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        place = self._place(node)
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and node.attr in self._members:
            node.value = _handed(RECEIVER, node.value, place, node.attr)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        place = self._place(node)
        self.generic_visit(node)
        node.func = _handed(CALLEE, node.func, place)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if node.name == "__del__":
            # It may run when the interpreter ends and has no builtins but its own.
            return node
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self.visit(node.args)
        node.body = self._body(node.body)
        start = 1 if _is_docstring(node.body[0]) else 0
        told = _call(ENTERED, [_constant((self._path, first, node.name))], node.body[0])
        node.body.insert(start, ast.copy_location(ast.Expr(told), node.body[0]))
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        # An annotation may be read back as text: it stays as it is.
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.target = self.visit(node.target)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        # A pattern takes names and attributes only, no calls.
        if node.guard is not None:
            node.guard = self.visit(node.guard)
        node.body = self._body(node.body)
        return node

    def _body(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        return [self.visit(statement) for statement in statements]

    def _place(self, node: Any) -> tuple[object, ...]:
        return (self._path, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _handed(name: str, value: Any, *more: Any) -> ast.Call:
    return _call(name, [value, *map(_constant, more)], value)


def _constant(value: Any) -> ast.Constant:
    # A tuple is one to the compiler, though the parser makes none.
    return ast.Constant(value)


def _call(name: str, arguments: list[Any], at: Any) -> ast.Call:
    call = ast.Call(ast.Name(name, ast.Load()), arguments, [])
    for node in (call, call.func, *arguments):
        if not hasattr(node, "lineno"):
            ast.copy_location(node, at)
    return call
