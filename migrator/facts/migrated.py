"""Which modules an earlier migration, or a person, has written for Quart."""

import ast

from migrator.index.symbols import Module

_PACKAGES = frozenset({"compat_shims", "quart"})


def imports_quart(module: Module) -> bool:
    """Whether the module imports Quart or the shim, at its top or in a function."""
    return any(
        _PACKAGES & {name.partition(".")[0] for name in _sources(node)}
        for node in ast.walk(module.tree)
    )


def _sources(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(source), level=0):
            return [source]
        case _:
            return []
