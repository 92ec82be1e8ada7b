"""Who owns a syntax node: answered by climbing, for most nodes are never asked about."""

import ast
from collections.abc import Iterator, Mapping

from migrator.index.symbols import FunctionId


class OwnerMap(Mapping[ast.AST, FunctionId | None]):
    """Maps a node to the function whose body it belongs to."""

    def __init__(
        self, parent: Mapping[ast.AST, ast.AST], functions: Mapping[ast.AST, FunctionId]
    ) -> None:
        """Take the tables of the index."""
        self._parent = parent
        self._functions = functions
        self._known: dict[ast.AST, FunctionId | None] = {}

    def __getitem__(self, node: ast.AST) -> FunctionId | None:
        """Return the function that runs *node*, ``None`` at module or class level."""
        if node not in self._known:
            self._known[node] = self._climb(node)
        return self._known[node]

    def __iter__(self) -> Iterator[ast.AST]:
        """Iterate over every node but the modules."""
        return iter(self._parent)

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self._parent)

    def _climb(self, node: ast.AST) -> FunctionId | None:
        above = self._parent[node]
        while not isinstance(above, ast.Module):
            if isinstance(above, ast.ClassDef) and isinstance(node, ast.stmt):
                return None
            if above in self._functions and _is_body(node, above):
                return self._functions[above]
            node, above = above, self._parent[above]
        return None


class ModuleMap(Mapping[ast.AST, str]):
    """Maps a node to the name of its module."""

    def __init__(self, parent: Mapping[ast.AST, ast.AST], modules: Mapping[ast.AST, str]) -> None:
        """Take the tables of the index."""
        self._parent = parent
        self._modules = modules

    def __getitem__(self, node: ast.AST) -> str:
        """Return the name of the module that *node* stands in."""
        while node not in self._modules:
            node = self._parent[node]
        return self._modules[node]

    def __iter__(self) -> Iterator[ast.AST]:
        """Iterate over every node."""
        yield from self._modules
        yield from self._parent

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self._modules) + len(self._parent)


def _is_body(node: ast.AST, function: ast.AST) -> bool:
    """Whether *node* is of the body, not of the decorators, defaults or annotations."""
    if isinstance(function, ast.Lambda):
        return node is function.body
    return isinstance(node, ast.stmt)
