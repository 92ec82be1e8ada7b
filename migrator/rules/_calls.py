"""Calls of code outside the program, and which of them may get any object."""

import ast
import builtins
from collections.abc import Iterator

from migrator.facts.kinds import Kind
from migrator.facts.model import Facts

NEUTRAL_PACKAGES = ("compat_shims", "flask", "logging", "quart", "typing")
"""Packages whose functions take an app, a request or a response of either framework."""

SERVERS = frozenset(
    {
        "hypercorn.asyncio.serve", "hypercorn.run.run", "hypercorn.trio.serve", "uvicorn.Config",
        "uvicorn.run",
    }
)  # fmt: skip
"""ASGI servers: they serve the Quart app itself."""


SIGNAL_METHODS = frozenset({"connect", "connect_via", "connected_to", "send"})
"""Methods of signals: the app is the sender, the same for receivers of either framework."""


def calls_outside(facts: Facts, kinds: frozenset[Kind]) -> Iterator[tuple[ast.expr, ast.Call]]:
    """Yield the values of *kinds* that a call hands to code outside the program, with the call.

    A call whose callee is not known counts as one.
    """
    inside = {site.node for site in facts.calls if site.targets and not site.external}
    for node, found in facts.kinds_at.items():
        if isinstance(node, ast.expr) and found & kinds:
            call = call_taking(facts, node)
            if call is not None and call not in inside and not is_neutral(facts, call):
                yield node, call


def call_taking(facts: Facts, node: ast.expr) -> ast.Call | None:
    """Return the call of which *node* is an argument, if it is one."""
    around = facts.program.parent.get(node)
    if isinstance(around, ast.keyword | ast.Starred):
        around = facts.program.parent.get(around)
    return around if isinstance(around, ast.Call) and around.func is not node else None


def is_done_with(facts: Facts, call: ast.Call) -> bool:
    """Whether a library has done with its arguments when *call* returns.

    A function of a library gives data, to a name at most; an object that it makes may read its
    arguments later.
    """
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    match facts.program.parent.get(call):
        case ast.Expr() | ast.Return():
            return True
        case ast.Assign(targets=[ast.Name()]):
            return not name.lstrip("_")[:1].isupper()
        case _:
            return False


def arguments(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the values of all arguments of *call*."""
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def is_neutral(facts: Facts, call: ast.Call) -> bool:
    """Whether the callee does with its arguments only what works with Quart's objects too."""
    names = facts.names_at.get(call.func, frozenset())
    if names:
        return all(_is_neutral_name(name) or _is_of_library_app(facts, name) for name in names)
    if classes := facts.instances_at.get(call):
        bases = {base for found in classes for base in facts.bases.get(found, ())}
        return bool(bases) and all(_is_neutral_name(base) for base in bases)
    if isinstance(call.func, ast.Name):
        return hasattr(builtins, call.func.id)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Constant):
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr in SIGNAL_METHODS:
        return True
    return _is_framework_member(facts, call.func)


def _is_neutral_name(name: str) -> bool:
    package, _, rest = name.partition(".")
    if package == "builtins" or (not rest and hasattr(builtins, name)):
        return True
    return name in SERVERS or package in NEUTRAL_PACKAGES


def _is_of_library_app(facts: Facts, name: str) -> bool:
    return name.partition("().")[0] in facts.library_apps


def _is_framework_member(facts: Facts, callee: ast.expr) -> bool:
    """Whether *callee* is a method of the framework, of a container, or of the session."""
    if not isinstance(callee, ast.Attribute):
        return False
    kinds = facts.kinds_at.get(callee.value, frozenset())
    return bool(kinds) and Kind.VIEW not in kinds
