"""Annotations: what they name, also inside strings, and what they promise."""

import ast
from functools import lru_cache

from migrator.facts.containers import holding
from migrator.facts.evaluate import evaluate
from migrator.facts.frame import Frame
from migrator.facts.library import instances
from migrator.facts.values import NOTHING, Values, join

_TRANSPARENT = frozenset(
    {"Annotated", "ClassVar", "DynamicMapped", "Final", "Mapped", "Optional", "Required"}
)
_COLLECTIONS = frozenset(
    {"Collection", "Iterable", "List", "Sequence", "Set", "WriteOnlyMapped", "list", "set"}
)
_MOST_TEXT = 500


def annotated(frame: Frame, annotation: ast.expr | None) -> Values:
    """Return what a value with this annotation may be; the names in it are recorded."""
    if annotation is None:
        return NOTHING
    if isinstance(annotation, ast.Constant):
        return _string(frame, annotation)
    if isinstance(annotation, ast.BinOp):
        return join(annotated(frame, annotation.left), annotated(frame, annotation.right))
    if isinstance(annotation, ast.Subscript):
        return _subscript(frame, annotation)
    return instances(frame.machine, evaluate(frame, annotation))


def _subscript(frame: Frame, annotation: ast.Subscript) -> Values:
    generic = evaluate(frame, annotation.value)
    inner = annotation.slice
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    held = [annotated(frame, part) for part in parts]
    name = _last_name(annotation.value)
    if name in _TRANSPARENT:
        return held[0] if held else NOTHING
    if name == "Union":
        return NOTHING.union(*held)
    if name in _COLLECTIONS:
        return holding(frame.machine, annotation, NOTHING.union(*held)) if any(held) else NOTHING
    return NOTHING if name[:1].islower() else instances(frame.machine, generic)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case _:
            return ""


def _string(frame: Frame, annotation: ast.Constant) -> Values:
    """Evaluate an annotation in quotes; what it names is recorded at the string."""
    expression = _parsed(annotation.value) if isinstance(annotation.value, str) else None
    if expression is None:
        return NOTHING
    record = frame.record
    frame.record = {}
    values = annotated(frame, expression)
    named = NOTHING
    for node, held in frame.record.items():
        if isinstance(node, ast.Name | ast.Attribute):
            named = join(named, held)
    frame.record = record
    if named:
        record[annotation] = named
    return values


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.expr | None:
    if len(text) > _MOST_TEXT:
        return None
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
