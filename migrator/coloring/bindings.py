"""Which names a run of statements binds, and which it may read before it has bound them."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from migrator.facts.flow import falls_through
from migrator.index.survey import CHILD_FIELDS

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Bindings:
    """The names of a run of statements.

    ``bound`` are all that it may bind; ``always`` those that are bound whenever control reaches
    its end; ``early`` those of ``bound`` that it may read before it has bound them.
    """

    bound: frozenset[str]
    always: frozenset[str]
    early: frozenset[str]


def bindings(statements: Sequence[ast.stmt]) -> Bindings:
    """Follow the names through *statements*."""
    bound = _targets(statements)
    early: set[str] = set()
    always = _follow(statements, frozenset(), bound, early)
    return Bindings(bound, always & bound, frozenset(early))


def own_nodes(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield *nodes* and what is under them, without the bodies of functions and classes."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        kind = node.__class__
        if kind in _SCOPES:
            continue
        for name in CHILD_FIELDS[kind]:
            child = getattr(node, name)
            if child.__class__ is list:
                waiting.extend(each for each in child if each is not None)
            elif child is not None:
                waiting.append(child)


def binders(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
    """Yield what binds a name in the scope around *nodes*; comprehensions keep their own."""
    inner: set[ast.AST] = set()
    for node in own_nodes(nodes):
        if isinstance(node, ast.comprehension):
            inner.update(ast.walk(node.target))
        elif node not in inner:
            yield from ((node, name) for name in _bound_by(node))


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.alias(name=name, asname=asname):
            yield asname or name.partition(".")[0]


def _follow(
    statements: Sequence[ast.stmt], known: frozenset[str], bound: frozenset[str], early: set[str]
) -> frozenset[str]:
    """Return the names bound after *statements*; add to *early* what they read too soon."""
    for statement in statements:
        known = _step(statement, known, bound, early)
    return known if falls_through(statements) else bound


def _step(
    statement: ast.stmt, known: frozenset[str], bound: frozenset[str], early: set[str]
) -> frozenset[str]:
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            known = _read([test], known, bound, early)
            return _follow(body, known, bound, early) & _follow(orelse, known, bound, early)
        case ast.For() | ast.While():
            return _loop(statement, known, bound, early)
        case ast.With(items=items, body=body):
            known = _read(items, known, bound, early)
            return _follow(body, known, bound, early)
        case ast.Try():
            return _try(statement, known, bound, early)
        case ast.Match():
            return _match(statement, known, bound, early)
        case _:
            return _read([statement], known, bound, early)


def _loop(
    statement: ast.For | ast.While, known: frozenset[str], bound: frozenset[str], early: set[str]
) -> frozenset[str]:
    """Follow a loop: it may not run at all, so that it binds nothing for certain."""
    if isinstance(statement, ast.For):
        known = _read([statement.iter], known, bound, early)
        target = _targets([statement.target])
    else:
        known = _read([statement.test], known, bound, early)
        target = frozenset()
    _follow(statement.body, known | target, bound, early)
    _follow(statement.orelse, known, bound, early)
    return known


def _match(
    statement: ast.Match, known: frozenset[str], bound: frozenset[str], early: set[str]
) -> frozenset[str]:
    known = _read([statement.subject], known, bound, early)
    for case in statement.cases:
        _follow(case.body, known | _targets([case.pattern]), bound, early)
    return known


def _try(
    statement: ast.Try, known: frozenset[str], bound: frozenset[str], early: set[str]
) -> frozenset[str]:
    ends = [_follow([*statement.body, *statement.orelse], known, bound, early)]
    for handler in statement.handlers:
        named = known | {handler.name} if handler.name else known
        ends.append(_follow(handler.body, named, bound, early))
    after = frozenset.intersection(*ends)
    _follow(statement.finalbody, known, bound, early)
    return after | _targets(statement.finalbody)


def _read(
    nodes: Iterable[ast.AST], known: frozenset[str], bound: frozenset[str], early: set[str]
) -> frozenset[str]:
    """Note what *nodes* read too soon; return *known* with what they always bind."""
    nodes = list(nodes)
    for node in _all_nodes(nodes):
        if isinstance(node, ast.Name) and node.id in bound and node.id not in known:
            if isinstance(node.ctx, ast.Load | ast.Del) and not _is_own(node.id, nodes):
                early.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            early.update({node.target.id} - known)
    return known | _targets(nodes)


def _all_nodes(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        yield from ast.walk(node)


def _is_own(name: str, nodes: Iterable[ast.AST]) -> bool:
    """Whether *name* is the variable of a comprehension, or of a function, inside *nodes*."""
    for node in _all_nodes(nodes):
        if isinstance(node, _COMPREHENSIONS) and name in _comprehended(node):
            return True
        if isinstance(node, ast.arg) and node.arg == name:
            return True
    return False


def _comprehended(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> set[str]:
    return {
        name.id
        for generator in node.generators
        for name in ast.walk(generator.target)
        if isinstance(name, ast.Name)
    }


def _targets(nodes: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(name for _, name in binders(nodes))
