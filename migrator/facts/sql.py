"""Whether a statement of SQL writes, as far as its text or its construct tells."""

import ast
import re

from migrator.facts.model import Facts

_WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE
)
_READS = re.compile(r"\s*(?:SELECT|PRAGMA|EXPLAIN|SHOW|VALUES|DESCRIBE)\b", re.IGNORECASE)
_CONSTRUCTS = {"select": False, "insert": True, "update": True, "delete": True}


def writes(facts: Facts, call: ast.Call) -> bool | None:
    """Whether the statement given to *call* writes; ``None`` where it is made elsewhere."""
    if not call.args:
        return None
    return _of_text(call.args[0]) if _is_text(call.args[0]) else _of_construct(facts, call.args[0])


def _is_text(statement: ast.expr) -> bool:
    return isinstance(statement, ast.Constant | ast.JoinedStr)


def _of_text(statement: ast.expr) -> bool | None:
    if isinstance(statement, ast.JoinedStr):
        return _of_text(statement.values[0]) if statement.values else None
    if not isinstance(statement, ast.Constant) or not isinstance(statement.value, str):
        return None
    if _WRITES.match(statement.value):
        return True
    return False if _READS.match(statement.value) else None


def _of_construct(facts: Facts, statement: ast.expr) -> bool | None:
    """Follow ``text("…")`` and chains such as ``select(…).where(…)`` to their beginning."""
    head = statement
    while isinstance(head, ast.Call):
        if head.args and _name(head.func) == "text":
            return _of_text(head.args[0])
        if _name(head.func) in _CONSTRUCTS:
            return _CONSTRUCTS[_name(head.func)]
        head = head.func.value if isinstance(head.func, ast.Attribute) else head.func
    return _of_names(facts.names_at.get(statement, frozenset()))


def _of_names(names: frozenset[str]) -> bool | None:
    for name in names:
        for part in name.split("."):
            if part.removesuffix("()") in _CONSTRUCTS:
                return _CONSTRUCTS[part.removesuffix("()")]
    return None


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
