"""Annotations that are written as strings (PEP 484 forward references)."""

import ast
from collections.abc import Iterator


def quoted_annotations(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield each string that stands in an annotation of *tree*."""
    for node in ast.walk(tree):
        for annotation in _annotations_of(node):
            for part in ast.walk(annotation):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part


def _annotations_of(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.arg(annotation=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation):
            yield annotation
        case ast.FunctionDef(returns=ast.expr() as returns):
            yield returns
        case _:
            pass
