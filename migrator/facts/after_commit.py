"""What loads again after a commit: SQLAlchemy expires every attribute of every instance.

https://docs.sqlalchemy.org/en/20/orm/session_basics.html#expiring-refreshing
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from migrator.facts.catalog.blocking import Effect
from migrator.facts.flow import reaches
from migrator.facts.model import CallSite, Facts, Role
from migrator.facts.models import Models, is_entity
from migrator.facts.waits import Wait
from migrator.index.symbols import FunctionId

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def find_expired(
    facts: Facts, models: Models, commits: Mapping[FunctionId, tuple[ast.expr, ...]]
) -> Iterator[Wait]:
    """Yield what may load again after one of the *commits* of a function, along its flow.

    A function that is given a model after a commit loads it from its first line on.
    """
    hooks_load = _url_hooks_load(facts, models)
    given = _given_expired(facts, models, commits)
    for name in sorted({*commits, *given}):
        for node in own_nodes(facts.program.functions[name].node):
            what = _loads(facts, models, node, hooks_load=hooks_load)
            if not what or not isinstance(node, ast.expr):
                continue
            if name in given or _after(facts, node, commits[name]):
                yield Wait(node, what, Effect.READ)


def _given_expired(
    facts: Facts, models: Models, commits: Mapping[FunctionId, tuple[ast.expr, ...]]
) -> frozenset[FunctionId]:
    """Return the functions that are called with a model after a commit, at any depth."""
    handing: defaultdict[FunctionId, list[CallSite]] = defaultdict(list)
    for site in facts.calls:
        if site.caller is None or not isinstance(site.node, ast.Call):
            continue
        if any(is_entity(facts, models, value) for value in _taken(site.node)):
            handing[site.caller].append(site)
    waiting = [
        target
        for caller, nodes in commits.items()
        for site in handing.get(caller, ())
        if _after(facts, site.node, nodes)
        for target in site.targets
    ]
    found: set[FunctionId] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(target for site in handing.get(name, ()) for target in site.targets)
    return frozenset(found)


def _taken(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what *call* takes: its arguments, and the object whose method it calls."""
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)
    if isinstance(call.func, ast.Attribute):
        yield call.func.value


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes in the body of *function*, without those of functions inside it."""
    body = getattr(function, "body", [])
    waiting: list[ast.AST] = list(body) if isinstance(body, list) else [body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _after(facts: Facts, node: ast.expr, commits: tuple[ast.expr, ...]) -> bool:
    parent = facts.program.parent
    return any(commit is not node and reaches(commit, node, parent) for commit in commits)


def _loads(facts: Facts, models: Models, node: ast.AST, *, hooks_load: bool) -> str:
    """Say what *node* loads if all instances are expired; empty if nothing."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        return _attribute(facts, models, node)
    if not isinstance(node, ast.Call):
        return ""
    if hooks_load and "flask.url_for" in facts.names_at.get(node.func, ()):
        return "`url_for()` after a commit: a url_defaults hook reads a model"
    if any(is_entity(facts, models, value) for value in _taken(node)):
        return "a call that takes a model after a commit"
    return ""


def _attribute(facts: Facts, models: Models, node: ast.Attribute) -> str:
    if not is_entity(facts, models, node.value):
        return ""
    owners = [owner for owner in facts.instances_at.get(node.value, ()) if owner in models.mapped]
    if owners and not any(node.attr in models.mapped[owner] for owner in owners):
        return ""
    return f"`{node.attr}` of a model after a commit"


def _url_hooks_load(facts: Facts, models: Models) -> bool:
    """Whether a function that completes URLs reads an attribute of a model."""
    for name, entries in facts.entry_points.items():
        if any(entry.role is Role.URL_PROCESSOR for entry in entries):
            for node in own_nodes(facts.program.functions[name].node):
                if isinstance(node, ast.Attribute) and is_entity(facts, models, node.value):
                    return True
    return False
