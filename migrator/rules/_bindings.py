"""The import statements that bind Flask's names, and the uses of what they bind."""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from migrator.facts.catalog.flask_to_quart import aliases, public_names
from migrator.facts.model import Facts
from migrator.index.symbols import FunctionId, ImportStatement, Module
from migrator.rules._places import ancestors

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class NameUse:
    """One place that uses what an import bound: a name, or an attribute of an imported module.

    ``dotted`` is what it means (``flask.request``), ``root`` the name that it starts with, and
    ``function`` whose body it stands in, or which it annotates.
    """

    node: ast.Name | ast.Attribute
    root: ast.Name
    dotted: str
    function: FunctionId | None


@dataclass(frozen=True, slots=True)
class Binding:
    """One name that an import statement binds, in a module or in the function ``scope``.

    ``imported`` is the dotted name that it stands for, ``local`` the name in the source. What a
    *module* binding (``import flask``) stands for is used through its attributes. A star binds
    each public name of Flask.
    """

    statement: ImportStatement
    alias: ast.alias
    imported: str
    local: str
    scope: FunctionId | None
    uses: tuple[NameUse, ...] = ()

    @property
    def is_module(self) -> bool:
        """Whether the binding is of a module by ``import``."""
        return isinstance(self.statement, ast.Import)

    @property
    def is_of_star(self) -> bool:
        """Whether the statement binds every name."""
        return is_star(self.statement)


def is_star(statement: ImportStatement) -> bool:
    """Whether the statement is ``from … import *``."""
    return isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"


def flask_bindings(facts: Facts, tests: Collection[str] = ()) -> Mapping[str, tuple[Binding, ...]]:
    """Return what each module imports of Flask, with each use of it.

    Of the test modules only those named *tests* count.
    """
    if "flask" in facts.program.modules:
        return {}
    found = {
        module.name: tuple(_bindings_in(facts, module))
        for module in facts.program.modules.values()
        if (not module.is_test or module.name in tests) and "flask" in module.file.text
    }
    names = loads_of(facts, {binding.local for group in found.values() for binding in group})
    return {
        module: tuple(
            replace(
                binding,
                uses=tuple(_uses(facts, binding, names.get((module, binding.local), ()))),
            )
            for binding in group
        )
        for module, group in found.items()
        if group
    }


def _bindings_in(facts: Facts, module: Module) -> Iterator[Binding]:
    for statement in module.imports:
        yield from _bindings_of(facts, statement)


def _bindings_of(facts: Facts, statement: ImportStatement) -> Iterator[Binding]:
    scope = facts.program.owner.get(statement)
    for alias in _named(statement):
        if isinstance(statement, ast.Import):
            if _is_flask(alias.name):
                imported = alias.name if alias.asname else "flask"
                yield Binding(statement, alias, imported, alias.asname or "flask", scope)
        elif not statement.level and _is_flask(statement.module or ""):
            imported = f"{statement.module}.{alias.name}"
            yield Binding(statement, alias, imported, alias.asname or alias.name, scope)


def _named(statement: ImportStatement) -> Iterator[ast.alias]:
    """Yield the names that the statement imports; those of a star are known for Flask's package."""
    if not is_star(statement):
        yield from statement.names
    elif isinstance(statement, ast.ImportFrom) and statement.module == "flask":
        yield from (ast.alias(name) for name in sorted(public_names()))


def _is_flask(name: str) -> bool:
    return name.partition(".")[0] == "flask"


def loads_of(facts: Facts, wanted: set[str]) -> Mapping[tuple[str, str], list[ast.Name]]:
    """Return the places of the variables *wanted*, by module and name."""
    names: defaultdict[tuple[str, str], list[ast.Name]] = defaultdict(list)
    for node in facts.program.parent:
        if type(node) is ast.Name and node.id in wanted:
            names[facts.program.module_of[node], node.id].append(node)
    return names


def _uses(facts: Facts, binding: Binding, names: Iterable[ast.Name]) -> Iterator[NameUse]:
    for name in names:
        if _is_of(facts, binding, name):
            annotated = _annotated(facts, name)
            owner = facts.program.owner.get(name)
            function = facts.program.function_ids[annotated] if annotated else owner
            if binding.is_module:
                attribute, dotted = _attribute_of(facts, name, binding.imported)
                yield NameUse(attribute, name, dotted, function)
            else:
                yield NameUse(name, name, binding.imported, function)


def _annotated(facts: Facts, name: ast.Name) -> ast.AST | None:
    """Return the function of which *name* annotates a parameter or the result."""
    node: ast.AST = name
    for outer in ancestors(facts, name):
        if isinstance(outer, ast.arg):
            return next(it for it in ancestors(facts, outer) if isinstance(it, _FUNCTIONS))
        if isinstance(outer, _FUNCTIONS):
            return outer if outer.returns is node else None
        if isinstance(outer, ast.stmt | ast.Lambda):
            return None
        node = outer
    return None


def _is_of(facts: Facts, binding: Binding, name: ast.Name) -> bool:
    """Whether *name* reads what *binding* bound; another import may bind it again."""
    if not isinstance(name.ctx, ast.Load) or scope_of(facts, name) != binding.scope:
        return False
    known = facts.names_at.get(name, frozenset())
    imported = aliases().get(binding.imported, binding.imported)
    if known == {imported} or (binding.is_module and "flask" in known):
        return True
    return not known and not binding.is_of_star


def scope_of(facts: Facts, name: ast.Name) -> FunctionId | None:
    """Return the function that binds *name* where it stands (``None``: the module)."""
    function = facts.program.owner.get(name)
    while function is not None:
        found = facts.program.functions[function]
        if name.id in facts.program.scopes[found.node].bound:
            return function
        function = found.parent
    return None


def _attribute_of(
    facts: Facts, name: ast.Name, imported: str
) -> tuple[ast.Name | ast.Attribute, str]:
    """Return the attribute that *name* is the root of, submodules passed: ``flask.views.View``."""
    node: ast.Name | ast.Attribute = name
    dotted = imported
    for outer in ancestors(facts, name):
        if not isinstance(outer, ast.Attribute):
            break
        node, dotted = outer, f"{dotted}.{outer.attr}"
        if dotted not in SUBMODULES:
            break
    return node, dotted


SUBMODULES = frozenset(
    f"flask.{name}"
    for name in (
        "app", "blueprints", "cli", "config", "ctx", "globals", "helpers", "json",
        "json.provider", "json.tag", "logging", "sessions", "signals", "templating", "testing",
        "typing", "views", "wrappers",
    )
)  # fmt: skip
"""The modules of the package ``flask`` that applications import from."""
