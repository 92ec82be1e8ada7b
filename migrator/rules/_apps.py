"""Where a program makes its apps, and its own classes of apps."""

import ast
from collections.abc import Iterator, Mapping

from migrator.facts.model import Facts
from migrator.index.symbols import ClassId

FLASK_CLASSES = frozenset({"flask.Flask", "flask.app.Flask"})


def app_classes(facts: Facts) -> frozenset[ClassId]:
    """Return the program's subclasses of ``Flask``."""
    return frozenset(
        found for found, bases in facts.bases.items() if not FLASK_CLASSES.isdisjoint(bases)
    )


def constructors(facts: Facts) -> Mapping[ClassId, ast.stmt]:
    """Return, for each class of apps with an ``__init__``, the statement that runs Flask's."""
    found: dict[ClassId, ast.stmt] = {}
    for cls in app_classes(facts):
        node = facts.program.classes[cls].node
        names = (facts.names_at.get(base, frozenset()) for base in node.bases)
        if any(not FLASK_CLASSES.isdisjoint(it) for it in names):
            for statement in _constructor_of(node):
                if _runs_constructor_above(facts, statement):
                    found[cls] = statement
    return found


def _constructor_of(node: ast.ClassDef) -> Iterator[ast.stmt]:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            yield from statement.body


def _runs_constructor_above(facts: Facts, statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=above, attr="__init__"))):
            if isinstance(above, ast.Call):
                return isinstance(above.func, ast.Name) and above.func.id == "super"
            return not FLASK_CLASSES.isdisjoint(facts.names_at.get(above, ()))
        case _:
            return False


def app_calls(facts: Facts) -> Iterator[ast.Call]:
    """Yield the calls that make an app: of ``Flask``, and of the program's subclasses of it."""
    for name in FLASK_CLASSES:
        for use in facts.names.get(name, ()):
            if use.call is not None:
                yield use.call
    own = app_classes(facts)
    if own:
        yield from calls_of_classes(facts, own)


def calls_of_classes(facts: Facts, own: frozenset[ClassId]) -> Iterator[ast.Call]:
    """Yield the calls of the program's classes *own* themselves, not of what calls them."""
    factories = {site.node for site in facts.calls if _runs_functions(site.targets)}
    for node, classes in facts.instances_at.items():
        if isinstance(node, ast.Call) and classes & own and node not in factories:
            yield node


def _runs_functions(targets: tuple[object, ...]) -> bool:
    return any(not str(target).endswith("__init__") for target in targets)
