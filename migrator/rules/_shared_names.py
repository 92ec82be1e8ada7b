"""Names of Flask that one module of the program imports from another, by name or all at once.

``from .common import request`` and ``from .views import *`` make one variable of two modules: what
the one imports, the other uses. So all modules that share a name must have it from one framework.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrator.facts.model import Facts
from migrator.index.resolve import ModuleFinder
from migrator.index.symbols import Module
from migrator.rules._bindings import Binding, NameUse, loads_of, scope_of

_Place = tuple[str, str]
"""A module and the name of a variable in it."""

_Link = tuple[str, str, ast.alias]
"""What a module imports from another one: importer, exporter, and one name or all."""


@dataclass(frozen=True, slots=True)
class SharedNames:
    """The groups of variables that are one; ``borrowed`` are uses where no Flask import stands.

    ``named`` are those that an import statement names: a star passes on what nobody asks for, too.
    """

    groups: Mapping[_Place, frozenset[_Place]]
    uses: Mapping[_Place, tuple[NameUse, ...]]
    borrowed: Mapping[_Place, tuple[NameUse, ...]]
    named: frozenset[_Place] = frozenset()

    def is_shared(self, module: str, binding: Binding) -> bool:
        """Whether another module has the name from *module*, or gives it to *module*."""
        own = (module, binding.local)
        others = self.groups.get(own, frozenset()) - {own}
        return binding.scope is None and any(map(self._is_asked_for, others))

    def _is_asked_for(self, place: _Place) -> bool:
        return place in self.named or bool(self.uses.get(place) or self.borrowed.get(place))

    def uses_of(self, module: str, binding: Binding) -> tuple[NameUse, ...]:
        """Return the uses of what *binding* binds in all modules that share it."""
        if not self.is_shared(module, binding):
            return binding.uses
        group = self.groups[module, binding.local]
        return tuple(
            use
            for place in sorted(group)
            for use in (*self.uses.get(place, ()), *self.borrowed.get(place, ()))
            if use.dotted == binding.imported
        )


def shared_names(facts: Facts, bindings: Mapping[str, tuple[Binding, ...]]) -> SharedNames:
    """Find the names of Flask that modules outside the tests have from each other."""
    of_app = [module for module in facts.program.modules.values() if not module.is_test]
    links = tuple(_links(facts, of_app)) if bindings else ()
    groups = _groups(links, bindings)
    if not groups:
        return SharedNames({}, {}, {})
    uses: defaultdict[_Place, tuple[NameUse, ...]] = defaultdict(tuple)
    meant: defaultdict[_Place, set[str]] = defaultdict(set)
    for module, found in bindings.items():
        for binding in found:
            for place in groups.get((module, binding.local), ()):
                meant[place].add(binding.imported)
            if binding.scope is None:
                uses[module, binding.local] += binding.uses
    named = frozenset(
        place
        for importer, exporter, alias in links
        if alias.name != "*"
        for place in ((importer, alias.asname or alias.name), (exporter, alias.name))
    )
    return SharedNames(groups, uses, _borrowed(facts, meant, uses), named)


def aliases_of(facts: Facts, dotted: str, shared: SharedNames) -> Iterator[NameUse]:
    """Yield the uses of variables of the program that hold what *dotted* names, in functions.

    ``req = flask.request`` at the top of a module makes one, for every module that imports it.
    """
    borrowed = {use.root for found in shared.borrowed.values() for use in found}
    for use in facts.names.get(dotted, ()):
        node = use.node
        if isinstance(node, ast.Name) and use.function is not None and node not in borrowed:
            is_only = facts.names_at.get(node) == frozenset({dotted})
            if is_only and scope_of(facts, node) is None and _is_alias(facts, node, dotted):
                yield NameUse(node, node, dotted, use.function)


def _is_alias(facts: Facts, node: ast.Name, dotted: str) -> bool:
    """Whether no import statement of its module binds the name to Flask's."""
    module = facts.program.modules[facts.program.module_of[node]]
    origin, _, name = dotted.rpartition(".")
    return not module.is_test and not any(
        isinstance(statement, ast.ImportFrom)
        and (statement.module or "").partition(".")[0] == origin
        and any(alias.name == name and (alias.asname or name) == node.id for alias in names)
        for statement in module.imports
        for names in [statement.names]
    )


def without_idle(
    facts: Facts, bindings: Mapping[str, tuple[Binding, ...]], shared: SharedNames
) -> Mapping[str, tuple[Binding, ...]]:
    """Leave out the names that a star binds and nothing asks for."""
    if not any(it.is_of_star for found in bindings.values() for it in found):
        return bindings
    asked = set(_asked_by_tests(facts))
    return {
        module: tuple(
            it
            for it in found
            if not it.is_of_star or it.local in asked or shared.uses_of(module, it)
        )
        for module, found in bindings.items()
    }


def _asked_by_tests(facts: Facts) -> Iterator[str]:
    """Yield the names that tests may have from a module of the program, and of Flask through it."""
    tests = [module for module in facts.program.modules.values() if module.is_test]
    for importer, _, alias in _links(facts, tests):
        if alias.name != "*":
            yield alias.name
            continue
        for node in ast.walk(facts.program.modules[importer].tree):
            if isinstance(node, ast.Name):
                yield node.id


def _groups(
    links: Iterable[_Link], bindings: Mapping[str, tuple[Binding, ...]]
) -> Mapping[_Place, frozenset[_Place]]:
    names = {
        module: {it.local for it in found if it.scope is None and not it.is_module}
        for module, found in bindings.items()
    }
    groups: dict[_Place, frozenset[_Place]] = {}
    grown = True
    while grown:
        grown = False
        for importer, exporter, alias in links:
            for theirs, ours in _passed(names.get(exporter, set()), alias):
                names.setdefault(importer, set()).add(ours)
                one, other = (importer, ours), (exporter, theirs)
                joined = groups.get(one, frozenset({one})) | groups.get(other, frozenset({other}))
                if groups.get(one) != joined or groups.get(other) != joined:
                    groups.update(dict.fromkeys(joined, joined))
                    grown = True
    return groups


def _passed(names: Iterable[str], alias: ast.alias) -> Iterator[_Place]:
    """Yield the names that *alias* takes out of *names*, with what it calls them."""
    if alias.name == "*":
        yield from ((name, name) for name in sorted(names) if not name.startswith("_"))
    elif alias.name in names:
        yield alias.name, alias.asname or alias.name


def _links(facts: Facts, importers: Iterable[Module]) -> Iterator[_Link]:
    finder = ModuleFinder(facts.program.modules.values())
    for module in importers:
        for statement in module.imports:
            exporter = _exporter(finder, module, statement)
            if exporter is not None:
                yield from ((module.name, exporter.name, it) for it in statement.names)


def _exporter(finder: ModuleFinder, module: Module, statement: ast.stmt) -> Module | None:
    if not isinstance(statement, ast.ImportFrom):
        return None
    place = finder.imported_from(statement, module)
    return None if place is None else finder.module_at(place)


def _borrowed(
    facts: Facts,
    meant: Mapping[_Place, set[str]],
    uses: Mapping[_Place, tuple[NameUse, ...]],
) -> Mapping[_Place, tuple[NameUse, ...]]:
    """Return the uses of names where another module imports them from Flask."""
    own = {use.root for found in uses.values() for use in found}
    names = loads_of(facts, {local for _, local in meant})
    return {
        place: tuple(
            NameUse(node, node, dotted, facts.program.owner.get(node))
            for node in names.get(place, ())
            if node not in own
            for dotted in facts.names_at.get(node, frozenset()) & imported
        )
        for place, imported in meant.items()
    }
