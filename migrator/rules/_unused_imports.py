"""Imports that nothing uses any more once the calls that needed them are replaced."""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from migrator.edits.edit import Edit, RemoveImport
from migrator.facts.model import Facts
from migrator.index.symbols import ImportStatement, Module
from migrator.rules._flask_side import root_of
from migrator.rules._places import edit_at, module_of


def unused_imports(facts: Facts, gone: Iterable[ast.expr], rule: str) -> Iterator[Edit]:
    """Remove the imports that only the expressions *gone* used: they are replaced as a whole."""
    by_module: defaultdict[str, dict[ast.AST, str]] = defaultdict(dict)
    for node in gone:
        root = root_of(node)
        if isinstance(root, ast.Name):
            by_module[module_of(facts, node).name][root] = root.id
    for name, used in by_module.items():
        module = facts.program.modules[name]
        for local in sorted(set(used.values())):
            roots = [root for root, found in used.items() if found == local]
            if not _is_used(module, local, used) and not _is_passed_on(facts, local, roots):
                yield from _removed(facts, module, local, rule)


def _is_used(module: Module, local: str, gone: Collection[ast.AST]) -> bool:
    """Whether *local* stands anywhere else, or in a string, as in ``__all__``."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Name(id=name) if name == local and node not in gone:
                return True
            case ast.Constant(value=str() as text) if text == local:
                return True
            case _:
                pass
    return False


def _is_passed_on(facts: Facts, local: str, roots: Iterable[ast.AST]) -> bool:
    """Whether a module may get the name from another one of the program."""
    meant = frozenset[str]().union(*(facts.names_at.get(root, ()) for root in roots))
    for module in facts.program.modules.values():
        for statement in module.imports:
            names = {alias.name for alias in statement.names}
            if _is_of_program(facts, statement) and names & {local, "*"}:
                return True
    return any(
        isinstance(node, ast.Attribute) and node.attr == local and meant & facts.names_at[node]
        for node in facts.names_at
    )


def _is_of_program(facts: Facts, statement: ImportStatement) -> bool:
    """Whether the statement imports names from a module of the program."""
    if isinstance(statement, ast.Import):
        return False
    if statement.level:
        return True
    top = (statement.module or "").partition(".")[0]
    return any(name.partition(".")[0] == top for name in facts.program.modules)


def _removed(facts: Facts, module: Module, local: str, rule: str) -> Iterator[Edit]:
    for statement in module.imports:
        names = tuple(alias.name for alias in statement.names if _local(alias) == local)
        if names and _stands_free(facts, statement):
            yield edit_at(facts, statement, RemoveImport(names), rule)


def _local(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _stands_free(facts: Facts, statement: ImportStatement) -> bool:
    """Whether the statement belongs to no ``try`` or ``if`` that decides about it."""
    around = facts.program.parent.get(statement)
    return isinstance(around, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef)
