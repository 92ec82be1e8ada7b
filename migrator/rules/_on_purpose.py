"""What an earlier migration left as Flask code stays Flask code.

In a module that is migrated (it imports Quart, or the shim) a name of Flask's is on purpose.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from migrator.coloring.demand import Demand, Flavor
from migrator.facts.migrated import migrated_modules
from migrator.facts.model import Facts
from migrator.index.symbols import ImportStatement
from migrator.rules._flask_side import root_of

_WHY = "has a name of Flask's in a module that is migrated, so it is Flask code on purpose"


def on_purpose(facts: Facts, demands: Iterable[Demand]) -> Iterator[Demand]:
    """Yield *demands*, those on Flask's names in migrated modules as demands for Flask.

    Code that is async already is left alone: it passes Flask's names on, as to ``offload``.
    """
    flasks = _flask_names(facts)
    for demand in demands:
        names = flasks.get(facts.program.module_of[demand.node], ()) if flasks else ()
        root = root_of(demand.node)
        if demand.function is None or not isinstance(root, ast.Name) or root.id not in names:
            yield demand
        elif not facts.program.functions[demand.function].is_async:
            yield replace(demand, flavor=Flavor.NEEDS_FLASK, text=_WHY, weak=False)


def _flask_names(facts: Facts) -> Mapping[str, Collection[str]]:
    """Return what each migrated module imports of Flask, by the names that it uses."""
    modules = facts.program.modules
    return {
        name: {it for imported in modules[name].imports for it in _names_from(imported, ("flask",))}
        for name in migrated_modules(facts)
        if not modules[name].is_test
    }


def _names_from(statement: ImportStatement, packages: Collection[str]) -> list[str]:
    """Return the names that *statement* binds of *packages*."""
    if isinstance(statement, ast.ImportFrom):
        sources = [
            (statement.module or "" if not statement.level else "", it) for it in statement.names
        ]
    else:
        sources = [(it.name, it) for it in statement.names]
    return [
        alias.asname or alias.name.partition(".")[0]
        for source, alias in sources
        if source.partition(".")[0] in packages
    ]
