"""Which modules an earlier migration, or a person, has written for Quart."""

import ast

from migrator.facts.model import Facts
from migrator.index.symbols import Module

_PROXIES = ("flask.current_app", "flask.request")


def imports_quart(module: Module) -> bool:
    """Whether the module imports Quart or the shim: what it has of Flask is there on purpose."""
    return module.imports_from("compat_shims", "quart")


def migrated_modules(facts: Facts) -> frozenset[str]:
    """Return the modules whose names of Flask are there on purpose.

    Those that import Quart, and beside such modules of the app those that say ``flask.request`` and
    nothing else by the name ``flask``: a migration writes that where Flask code has a variable of
    another module that became Quart's request.
    """
    modules = facts.program.modules.values()
    found = frozenset(module.name for module in modules if imports_quart(module))
    app = {module.name for module in modules if not module.is_test}
    asking = {name for name in app - found if _imports_flask(facts.program.modules[name])}
    return found | (asking - _with_more_of_flask(facts) if found & app and asking else frozenset())


def _imports_flask(module: Module) -> bool:
    """Whether the module says ``import flask``."""
    return any(
        isinstance(statement, ast.Import) and alias.name == "flask" and alias.asname is None
        for statement in module.imports
        for alias in statement.names
    )


def _with_more_of_flask(facts: Facts) -> set[str]:
    """Return the modules with ``flask.jsonify`` or the like."""
    return {
        facts.program.module_of[use.node]
        for name, uses in facts.names.items()
        if name.startswith("flask.") and not name.startswith(_PROXIES)
        for use in uses
        if isinstance(use.node, ast.Attribute)
    }
