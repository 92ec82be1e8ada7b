"""The project's classes of requests, and which of them stay Flask's."""

import ast

from migrator.facts.catalog.overridable import REQUEST_CLASSES
from migrator.facts.model import Facts
from migrator.index.symbols import ClassId

READ_BY_FORM = ("files", "form", "values")
"""Members that parse the body by what such a class overrides."""

_PARSING = frozenset(
    {"_get_file_stream", "_get_stream_for_parsing", "_load_form_data", "make_form_data_parser"}
)
"""Methods that Werkzeug calls to parse a body. Quart has none, or calls another."""


def of_wsgi(facts: Facts) -> frozenset[ClassId]:
    """Return the classes of requests that Quart cannot make, or would not ask."""
    return frozenset(
        cls
        for cls, bases in facts.bases.items()
        if not REQUEST_CLASSES.isdisjoint(bases)
        and any(_is_of_wsgi(it) for it in facts.program.classes[cls].node.body)
    )


def _is_of_wsgi(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.FunctionDef):
        return False
    if statement.name == "__init__":
        return [it.arg for it in statement.args.args][1:2] == ["environ"]
    return statement.name in _PARSING
