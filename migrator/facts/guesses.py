"""Calls of methods on receivers of which nothing is known: what they may run, by name alone."""

import ast
from collections.abc import Iterator, Mapping

from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId

_EVERYDAY = frozenset(
    name for kind in (dict, list, set, str, bytes, tuple, Exception) for name in dir(kind)
)
"""Methods of built-in types: their names tell nothing about the receiver."""

_OPAQUE = tuple(
    f"{name}()"
    for name in (
        "importlib.import_module",
        "builtins.__import__",
        "builtins.getattr",
        "builtins.next",
        "builtins.vars",
        "copy.copy",
        "copy.deepcopy",
    )
)
"""Calls that hand on what they are given: of their results nothing is known."""

_GUESSED = (ast.Call, ast.Compare)
_APPS = ("flask.current_app.", "quart.current_app.")
_HOLDERS = (*_APPS, "flask.g.", "quart.g.")
_OWN_MEMBERS = frozenset({
    "blueprints", "cli", "config", "extensions", "get", "jinja_env", "jinja_loader", "json",
    "logger", "pop", "session_interface", "setdefault", "url_map", "view_functions",
})  # fmt: skip
"""What the framework's holders of anything hold by themselves; the rest, the project put there."""


def guess_sites(facts: Facts) -> Mapping[FunctionId, tuple[CallSite, ...]]:
    """Return the calls in the app that may run each method of the program, as far as its name says.

    A call that the inference resolved is not among them, nor one at module level.
    """
    sites: dict[FunctionId, list[CallSite]] = {}
    for node, targets in _guessed(facts, _methods(facts)):
        owner = facts.program.owner[node]
        file = facts.program.modules[facts.program.module_of[node]]
        if owner is not None and not file.is_test:
            site = CallSite(node, owner, targets, True, "call", file.file.location(node))
            for target in targets:
                sites.setdefault(target, []).append(site)
    return {name: tuple(found) for name, found in sites.items()}


def _methods(facts: Facts) -> Mapping[str, tuple[FunctionId, ...]]:
    found: dict[str, list[FunctionId]] = {}
    for function in facts.program.functions.values():
        is_test = facts.program.modules[function.module].is_test
        if function.owner is not None and not is_test:
            found.setdefault(function.name, []).append(function.id)
    return {name: tuple(methods) for name, methods in found.items()}


def _guessed(
    facts: Facts, methods: Mapping[str, tuple[FunctionId, ...]]
) -> Iterator[tuple[ast.expr, tuple[FunctionId, ...]]]:
    resolved = {site.node for site in facts.calls}
    for node in facts.program.parent:
        if node.__class__ not in _GUESSED:
            continue
        match node:
            case ast.Call(func=ast.Attribute(attr=name) as called) if node not in resolved:
                if name in methods and _may_be_one(facts, called):
                    yield node, methods[name]
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[searched]):
                if "__contains__" in methods and _is_held(facts, searched):
                    yield node, methods["__contains__"]
            case _:
                pass


def _may_be_one(facts: Facts, called: ast.Attribute) -> bool:
    everyday = called.attr in _EVERYDAY
    return not _is_known(facts, called) and (not everyday or _is_held(facts, called.value))


def _is_held(facts: Facts, receiver: ast.expr) -> bool:
    """Whether the project keeps the receiver on its app: a store, not a dictionary as in ``g``."""
    names = facts.names_at.get(receiver, ())
    return any(name.startswith(_APPS) and tells_nothing(f"{name}.any") for name in names)


def _is_known(facts: Facts, called: ast.Attribute) -> bool:
    names = facts.names_at.get(called, ())
    if called in facts.kinds_at or any(not tells_nothing(name) for name in names):
        return True
    receiver = called.value
    if facts.instances_at.get(receiver) or receiver in facts.kinds_at:
        return True
    return isinstance(receiver, ast.Call) and getattr(receiver.func, "id", "") == "super"


def tells_nothing(name: str) -> bool:
    """Whether a dotted name stands for something that the project keeps where all can see it."""
    if name.startswith(_OPAQUE):
        return True
    for holder in _HOLDERS:
        if name.startswith(holder):
            kept, _, rest = name.removeprefix(holder).partition(".")
            return bool(rest) and kept not in _OWN_MEMBERS
    return False
