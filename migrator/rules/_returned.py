"""What the return statements of a function give."""

import ast
from collections.abc import Iterator

from migrator.rules._bindings import nested_statements

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def returned_values(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the values that are returned under *statement*, in the function itself."""
    if isinstance(statement, ast.Return) and statement.value is not None:
        yield statement.value
    for inner in nested_statements(statement):
        if not isinstance(inner, _SCOPES):
            yield from returned_values(inner)
