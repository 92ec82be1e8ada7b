"""Which attributes, calls and functions of a program the places of evidence are."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from migrator.facts.evidence import Place, Ran
from migrator.index.symbols import Function, FunctionId, Program

Located = ast.Attribute | ast.Call


@dataclass(frozen=True, slots=True)
class Index:
    """The attributes and calls of a program by their place, and its functions as they run."""

    program: Program
    nodes: Mapping[Place, Located]
    functions: Mapping[Ran, FunctionId]

    def place_of(self, node: Located) -> Place:
        """Return the place of *node*."""
        return _place(self.program.modules[self.program.module_of[node]].file.path, node)

    def owner(self, place: Place) -> FunctionId | None:
        """Return the function whose body holds *place*."""
        node = self.nodes.get(place)
        return self.program.owner[node] if node is not None else None


def index_of(program: Program) -> Index:
    """Return the index of *program*."""
    paths = {module.name: module.file.path for module in program.modules.values()}
    return Index(
        program,
        {
            _place(paths[program.module_of[node]], node): node
            for node in program.parent
            if isinstance(node, Located)
        },
        _functions(program),
    )


def _place(path: str, node: Located) -> Place:
    end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
    return Place(path, node.lineno, node.col_offset, end_line, end_column)


def _functions(program: Program) -> dict[Ran, FunctionId]:
    found: dict[Ran, FunctionId] = {}
    twice: set[Ran] = set()
    for function in program.functions.values():
        ran = _as_it_runs(function)
        twice |= {ran} & found.keys()
        found[ran] = function.id
    return {ran: name for ran, name in found.items() if ran not in twice}


def _as_it_runs(function: Function) -> Ran:
    """Return the function as its code names it: two lambdas of one line have one name."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return Ran(function.id.path, node.lineno, "<lambda>")
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Ran(function.id.path, first, node.name)
