"""Where a syntax node stands, and edits and findings addressed to it."""

import ast
from collections.abc import Iterator

from migrator.edits.edit import Edit, Operation
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.index.symbols import Module
from migrator.source.span import Location, Span

Placed = ast.expr | ast.stmt
"""The syntax nodes that an edit may address by their position."""


def module_of(facts: Facts, node: ast.AST) -> Module:
    """Return the module whose file holds *node*."""
    return facts.program.modules[facts.program.module_of[node]]


def location_of(facts: Facts, node: Placed) -> Location:
    """Return the file and span of *node*."""
    return module_of(facts, node).file.location(node)


def span_of(facts: Facts, node: Placed) -> Span:
    """Return the span of *node* in its file."""
    return location_of(facts, node).span


def edit_at(facts: Facts, node: Placed, operation: Operation, rule: str) -> Edit:
    """Return the edit of *node* by *operation*."""
    place = location_of(facts, node)
    return Edit(place.path, place.span, operation, rule)


def edit_of_file(facts: Facts, node: ast.AST, operation: Operation, rule: str) -> Edit:
    """Return an edit of the file that holds *node*, at no place of its own (``AddImport``)."""
    return Edit(module_of(facts, node).file.path, Span(1, 0, 1, 0), operation, rule)


def ancestors(facts: Facts, node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes around *node*, innermost first."""
    parent = facts.program.parent.get(node)
    while parent is not None:
        yield parent
        parent = facts.program.parent.get(parent)


def statement_of(facts: Facts, node: ast.AST) -> ast.stmt:
    """Return the innermost statement that holds *node*."""
    if isinstance(node, ast.stmt):
        return node
    return next(outer for outer in ancestors(facts, node) if isinstance(outer, ast.stmt))


def text_of(node: ast.expr) -> str:
    """Return *node* as the user reads it in a message, on one line and not too long."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004  fits a message


def finding_at(  # noqa: PLR0913  the four texts of a finding, each named at the call
    facts: Facts, node: Placed, rule: str, *, message: str, why: str, next_step: str
) -> Finding:
    """Return the finding of *rule* at *node*."""
    return Finding(rule, location_of(facts, node), message, why, next_step)
