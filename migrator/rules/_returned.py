"""What the return statements of a function give."""

import ast
from collections.abc import Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def returned_values(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the values that are returned under *statement*, in the function itself."""
    if isinstance(statement, ast.Return) and statement.value is not None:
        yield statement.value
    for inner in nested_statements(statement):
        if not isinstance(inner, _SCOPES):
            yield from returned_values(inner)


def nested_statements(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield the statements of the blocks of *statement*."""
    for field in ("body", "orelse", "finalbody"):
        yield from getattr(statement, field, ())
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield from part.body
