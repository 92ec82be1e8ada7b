"""Class-based views of a program, and their lists of decorators."""

import ast
from collections.abc import Iterator

from migrator.facts.model import Facts
from migrator.index.symbols import Class
from migrator.rules._places import module_of

BASES = frozenset({"flask.views.MethodView", "flask.views.View"})


def views(facts: Facts) -> Iterator[Class]:
    """Yield the program's classes that derive from ``View`` or ``MethodView``."""
    for class_id, bases in facts.bases.items():
        view = facts.program.classes[class_id]
        if not BASES.isdisjoint(bases) and not module_of(facts, view.node).is_test:
            yield view


def decorated_views(facts: Facts) -> Iterator[ast.List]:
    """Yield the ``decorators = […]`` of views in which ``as_sync`` does not stand yet."""
    for view in views(facts):
        for statement in view.node.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="decorators")], value=ast.List() as listed):
                    if listed.elts and "as_sync" not in _names(listed):
                        yield listed
                case _:
                    pass


def _names(listed: ast.List) -> set[str]:
    return {node.id for node in ast.walk(listed) if isinstance(node, ast.Name)}
