"""What the tests replace by its name, so that they see how it is called."""

import ast
from collections.abc import Iterator

from migrator.facts.model import Facts
from migrator.facts.patches import PATCHERS
from migrator.rules._places import module_of


def replaced_by_tests(facts: Facts, node: ast.Attribute) -> bool:
    """Whether tests replace the method *node*, or the global that it is a method of."""
    owner = ast.unparse(node.value).rpartition(".")[2]
    module = module_of(facts, node).name.rpartition(".")[2]
    ends = (f".{module}.{owner}", f".{owner}.{node.attr}", f".Flask.{node.attr}")
    return any(f".{name}".endswith(ends) for name in _replaced(facts))


def _replaced(facts: Facts) -> Iterator[str]:
    for patcher, uses in facts.names.items():
        if patcher.endswith(PATCHERS):
            for use in uses:
                if use.call is not None and module_of(facts, use.node).is_test:
                    yield from _name_in(use.call)


def _name_in(call: ast.Call) -> Iterator[str]:
    match call.args:
        case [ast.Constant(value=str(name)), *_]:
            yield name
        case [target, ast.Constant(value=str(name)), *_]:
            yield f"{ast.unparse(target)}.{name}"
