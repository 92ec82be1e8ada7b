"""Where a program makes its apps, and its own classes of apps."""

import ast
from collections.abc import Iterator

from migrator.facts.model import Facts
from migrator.index.symbols import ClassId

FLASK_CLASSES = frozenset({"flask.Flask", "flask.app.Flask"})


def app_classes(facts: Facts) -> frozenset[ClassId]:
    """Return the program's subclasses of ``Flask``."""
    return frozenset(
        found for found, bases in facts.bases.items() if not FLASK_CLASSES.isdisjoint(bases)
    )


def app_calls(facts: Facts) -> Iterator[ast.Call]:
    """Yield the calls that make an app: of ``Flask``, and of the program's subclasses of it."""
    for name in FLASK_CLASSES:
        for use in facts.names.get(name, ()):
            if use.call is not None:
                yield use.call
    own = app_classes(facts)
    if own:
        factories = {site.node for site in facts.calls if _runs_functions(site.targets)}
        for node, classes in facts.instances_at.items():
            if isinstance(node, ast.Call) and classes & own and node not in factories:
                yield node


def _runs_functions(targets: tuple[object, ...]) -> bool:
    return any(not str(target).endswith("__init__") for target in targets)
