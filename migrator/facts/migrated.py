"""Which modules an earlier migration, or a person, has written for Quart."""

import ast

from migrator.index.symbols import ImportStatement, Module

_PACKAGES = frozenset({"compat_shims", "quart"})


def imports_quart(module: Module) -> bool:
    """Whether the module imports Quart or the shim: what it has of Flask is there on purpose."""
    return any(_PACKAGES & set(_sources(statement)) for statement in module.imports)


def _sources(statement: ImportStatement) -> list[str]:
    """Return the packages from which *statement* imports."""
    if isinstance(statement, ast.Import):
        return [alias.name.partition(".")[0] for alias in statement.names]
    return [] if statement.level else [(statement.module or "").partition(".")[0]]
