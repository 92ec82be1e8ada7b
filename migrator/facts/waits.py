"""Places that hold their thread by themselves: catalog calls, proxies, lazy attributes, loops."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migrator.facts.catalog.blocking import METHODS, PROXIES, Effect
from migrator.facts.catalog.judge import judge, library_of
from migrator.facts.model import Facts, Use
from migrator.facts.models import Models, lazy_attribute
from migrator.facts.rows import read_rows
from migrator.facts.sql import writes

_FORMS = ("flask_wtf.",)
_QUERY_PROPERTIES = (".query", ".query_property()")
_LOADED_BY_READING = ("QuerySelectField().data", "QuerySelectMultipleField().data")
"""What fields of forms ask the database for when it is first read.

https://wtforms-sqlalchemy.readthedocs.io/en/stable/wtforms_sqlalchemy/
"""
_READERS = frozenset({ast.Assign, ast.Compare, ast.For, ast.Starred, ast.comprehension})
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class Wait:
    """One place that holds its thread, with what it does to the data."""

    node: ast.expr
    what: str
    effect: Effect
    known: bool = True
    rows: bool = False


def find_waits(facts: Facts, models: Models) -> Iterator[Wait]:
    """Yield the places that block by themselves; one node may be found twice."""
    for name, uses in facts.names.items():
        yield from _calls(facts, name, uses)
        if name.startswith(PROXIES):
            yield from _proxies(facts, name, uses)
        if name.startswith("sqlalchemy.") and name.endswith(_QUERY_PROPERTIES):
            yield from _queries_of_thread(uses)
        if name.endswith(_LOADED_BY_READING):
            yield from _loads(name, uses)
    yield from _places(facts, models)
    yield from _sources(facts)


def _calls(facts: Facts, name: str, uses: Iterable[Use]) -> Iterator[Wait]:
    judgement = judge(name)
    if judgement.effect is None:
        return
    for use in uses:
        if use.call is not None:
            effect = _of_call(facts, use.call, judgement.effect)
            yield Wait(use.call, f"{name}()", effect, judgement.known)


def _of_call(facts: Facts, call: ast.Call, effect: Effect) -> Effect:
    """Say whether a call that runs a statement writes; an unknown one may."""
    if effect is not Effect.STATEMENT:
        return effect
    told = writes(facts, call)
    if told is None:
        return Effect.STATEMENT
    return Effect.WRITE if told else Effect.READ


def _proxies(facts: Facts, name: str, uses: Iterable[Use]) -> Iterator[Wait]:
    """Find what makes a proxy load: reading an attribute of it, handing it on, comparing it."""
    for use in uses:
        if name not in PROXIES and _reads_through(facts, name, use.node):
            # Naming a method loads as well: `offload(current_user.can, …)` would do so on the loop.
            yield Wait(use.node, name, Effect.READ)
            if use.call is not None:
                yield Wait(use.call, name, Effect.READ)
        elif name in PROXIES:
            above = facts.program.parent.get(use.node)
            taker = facts.program.parent.get(above) if isinstance(above, ast.keyword) else above
            if isinstance(taker, ast.Call | ast.Compare):
                yield Wait(taker, f"`{name}` loads", Effect.READ)


def _queries_of_thread(uses: Iterable[Use]) -> Iterator[Wait]:
    """Find ``Book.query``, where it asks a ``scoped_session`` for the session of the thread.

    https://docs.sqlalchemy.org/en/20/orm/contextual.html#sqlalchemy.orm.scoped_session.query_property
    """
    for use in uses:
        if use.call is None and _reads_attribute(use.node, "query"):
            yield Wait(use.node, "`query` of a session that belongs to its thread", Effect.READ)


def _loads(name: str, uses: Iterable[Use]) -> Iterator[Wait]:
    for use in uses:
        if _reads_attribute(use.node, "data"):
            yield Wait(use.node, name, Effect.READ)


def _reads_attribute(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load)


def _reads_through(facts: Facts, name: str, node: ast.expr) -> bool:
    """Whether the attribute *name* of a proxy is read here, not only kept here by another name."""
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return False
    return name.rpartition(".")[0] in facts.names_at.get(node.value, frozenset())


def _places(facts: Facts, models: Models) -> Iterator[Wait]:
    """Walk over all nodes once, for what the inverted indexes do not hold."""
    lazy_names = models.lazy_names
    for node in facts.program.parent:
        kind = node.__class__
        if kind is ast.Attribute:
            if isinstance(node, ast.Attribute) and node.attr in lazy_names:
                yield from _lazy(facts, models, node)
        elif kind is ast.Call:
            yield from _unresolved_call(facts, node)
            yield from _rows(facts, node)
        elif kind in _READERS:
            yield from _rows(facts, node)
        elif kind is ast.Subscript:
            yield from _rows(facts, node)
            yield from _key(facts, node)
        elif kind is ast.withitem:
            yield from _entered(facts, node)


def _lazy(facts: Facts, models: Models, node: ast.Attribute) -> Iterator[Wait]:
    if isinstance(node.ctx, ast.Load) and lazy_attribute(facts, models, node):
        yield Wait(node, f"the lazily loaded `{node.attr}`", Effect.READ)


def _unresolved_call(facts: Facts, node: ast.AST) -> Iterator[Wait]:
    """Judge a call by its method alone, and the making of a form, which reads the request."""
    if not isinstance(node, ast.Call):
        return
    if _makes_form(facts, node):
        yield Wait(node, "a form of Flask-WTF", Effect.READ)
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr not in METHODS:
        return
    if function in facts.names_at or function in facts.kinds_at or _is_resolved(facts, function):
        return
    effect = _of_call(facts, node, METHODS[function.attr])
    yield Wait(node, f".{function.attr}()", effect, known=False)


def _is_resolved(facts: Facts, function: ast.Attribute) -> bool:
    return bool(facts.instances_at.get(function.value)) or function.value in facts.kinds_at


def _makes_form(facts: Facts, call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    for made in facts.instances_at.get(call, ()):
        if made.name.rpartition(".")[2] == name:
            return any(base.startswith(_FORMS) for base in facts.bases.get(made, ()))
    return False


def _rows(facts: Facts, node: ast.AST) -> Iterator[Wait]:
    for read, name in read_rows(facts, node):
        yield Wait(read, f"iterating over {name}", Effect.READ, rows=True)


def _key(facts: Facts, node: ast.AST) -> Iterator[Wait]:
    """Find what loads by a key, as peewee's ``User[1]`` and ``shelve.open(path)["user"]`` do."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        for name in facts.names_at.get(node, ()):
            if name.endswith(".__getitem__()") or _is_keyed(name):
                yield Wait(node, f"`{ast.unparse(node.value)}[…]`", Effect.READ)


def _is_keyed(name: str) -> bool:
    """Whether *name*, ``shelve.open()[]``, is read by a key from what fetches it."""
    library = library_of(name)
    if library is None or not name.endswith("()[]"):
        return False
    return name.removesuffix("()[]").rpartition(".")[2] in library.keyed.split()


def _sources(facts: Facts) -> Iterator[Wait]:
    """Find what streams run over: a library's iterable may wait for each item."""
    for found in facts.sources.values():
        for node in found:
            names = ", ".join(sorted(facts.names_at.get(node, ())))
            yield Wait(node, f"iterating over {names}", Effect.READ, known=False, rows=True)


def _entered(facts: Facts, node: ast.AST) -> Iterator[Wait]:
    if isinstance(node, ast.withitem):
        for name in facts.names_at.get(node.context_expr, ()):
            library = library_of(name)
            if library is not None and library.enters and name.endswith("()"):
                yield Wait(node.context_expr, f"`with` on {name}", _on_exit(name))


def _on_exit(name: str) -> Effect:
    """Tell what leaving does: a database connection or transaction commits."""
    last = name.removesuffix("()").rpartition(".")[2]
    return Effect.COMMIT if last in {"connect", "begin", "begin_nested", "atomic"} else Effect.READ
