"""Methods of the app that take part in every request, and are awaited in Quart."""

import ast

from migrator.facts.catalog.awaitable import awaitable_members
from migrator.facts.model import Facts, Role
from migrator.index.symbols import FunctionId

_RULED_ELSEWHERE = frozenset(
    {"make_response", "open_instance_resource", "open_resource", "send_static_file"}
)

DISPATCHING = tuple(
    name for name in awaitable_members()["flask.Flask"] if name not in _RULED_ELSEWHERE
)


def is_awaited_override(facts: Facts, function: FunctionId | None) -> bool:
    """Whether *function* overrides a method that Quart awaits, so that it can be async itself."""
    entries = facts.entry_points.get(function, ()) if function is not None else ()
    return any(entry.role is Role.OVERRIDES_COROUTINE for entry in entries)


def calls_super(node: ast.AST) -> bool:
    """Whether *node* is a method of ``super()``, or the call of one: part of an override."""
    member = node.func if isinstance(node, ast.Call) else node
    owner = member.value if isinstance(member, ast.Attribute) else None
    return isinstance(owner, ast.Call) and ast.unparse(owner.func) == "super"
