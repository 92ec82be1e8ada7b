"""One walk over a module: its functions, classes, scopes, and each node's parent."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.index.scopes import Scope, ScopeBuilder, note_names, parameter_names, start_scope
from migrator.index.symbols import (
    Class,
    ClassId,
    Function,
    FunctionId,
    FunctionNode,
    ImportStatement,
)
from migrator.source.files import SourceFile

_NO_NODES = frozenset((
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs",
    "level", "module", "name", "op", "ops", "rest", "simple", "tag", "type_comment", "type_ignores",
))  # fmt: skip
_LEAVES = (ast.Constant, ast.Global, ast.MatchSingleton, ast.Nonlocal)
_DEFINERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_BINDERS = {
    *_DEFINERS,
    ast.Name,
    ast.alias,
    ast.Import,
    ast.ImportFrom,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
    ast.MatchMapping,
    ast.Global,
    ast.Nonlocal,
    ast.Yield,
    ast.YieldFrom,
}


def _child_fields(kind: type[ast.AST]) -> tuple[str, ...]:
    if issubclass(kind, _LEAVES):
        return ()
    if kind.__name__ == "TypeAlias":
        # `type X = …` (Python 3.12): the only name that is a node.
        return kind._fields
    return tuple(name for name in kind._fields if name not in _NO_NODES)


CHILD_FIELDS: Mapping[type[ast.AST], tuple[str, ...]] = {
    kind: _child_fields(kind)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""For each node type the fields that hold nodes, without contexts and operators."""

OUTER_FIELDS: Mapping[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(name for name in fields if name != "body") if kind in _DEFINERS else fields
    for kind, fields in CHILD_FIELDS.items()
}
"""The same, without the bodies of definitions: what is evaluated in the scope around them."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A scope that waits to be walked, and what stands around it."""

    node: ast.Module | ast.ClassDef | FunctionNode
    prefix: str
    function: FunctionId | None
    owner: ClassId | None


@dataclass(slots=True)
class Survey:
    """What the walks over the modules of a program found, filled module by module."""

    functions: dict[FunctionId, Function] = field(default_factory=dict)
    classes: dict[ClassId, Class] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    parent: dict[ast.AST, ast.AST] = field(default_factory=dict)
    function_ids: dict[ast.AST, FunctionId] = field(default_factory=dict)
    class_ids: dict[ast.AST, ClassId] = field(default_factory=dict)

    def add_module(
        self, name: str, file: SourceFile, tree: ast.Module
    ) -> tuple[ImportStatement, ...]:
        """Walk one module; return its import statements in their order."""
        imports: list[ImportStatement] = []
        waiting = [_Place(tree, "", None, None)]
        while waiting:
            place = waiting.pop()
            scope = start_scope(self._parameters(place.node))
            nested = self._walk_scope(place.node, scope)
            imports.extend(scope.imports)
            self.scopes[place.node] = scope.build()
            if isinstance(place.node, ast.ClassDef | ast.Module):
                inner = place
            else:
                inner = self._add_function(place, name, file)
            waiting.extend(self._enter(node, inner, name, file) for node in reversed(nested))
        return tuple(sorted(imports, key=lambda it: (it.lineno, it.col_offset)))

    def _parameters(self, node: ast.AST) -> tuple[str, ...]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return parameter_names(node.args)
        return ()

    def _enter(
        self, node: ast.ClassDef | FunctionNode, around: _Place, module: str, file: SourceFile
    ) -> _Place:
        name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        qualified = f"{around.prefix}.{name}" if around.prefix else name
        if not isinstance(node, ast.ClassDef):
            return _Place(node, qualified, around.function, around.owner)
        class_id = ClassId(file.path, node.lineno, qualified)
        self.classes[class_id] = Class(class_id, node, module, around.function)
        self.class_ids[node] = class_id
        return _Place(node, qualified, around.function, class_id)

    def _add_function(self, place: _Place, module: str, file: SourceFile) -> _Place:
        node = place.node
        if isinstance(node, ast.ClassDef | ast.Module):
            raise TypeError(node)
        column = file.column(node.lineno, node.col_offset)
        function_id = FunctionId(file.path, node.lineno, column, place.prefix)
        self.functions[function_id] = Function(
            id=function_id,
            node=node,
            module=module,
            span=file.span(node),
            parent=place.function,
            owner=place.owner,
            parameters=parameter_names(node.args),
            is_async=isinstance(node, ast.AsyncFunctionDef),
            is_generator=self.scopes[node].is_generator,
        )
        self.function_ids[node] = function_id
        return _Place(node, place.prefix, function_id, None)

    def _walk_scope(self, root: ast.AST, scope: ScopeBuilder) -> list[ast.ClassDef | FunctionNode]:
        """Walk the nodes of one scope; return the definitions in it that open their own."""
        parent = self.parent
        nested: list[ast.ClassDef | FunctionNode] = []
        stack: list[ast.AST] = []
        node = root
        fields: tuple[str, ...] = ("body",)
        while True:
            for name in fields:
                value = getattr(node, name)
                if value.__class__ is list:
                    for child in value:
                        if child is not None:
                            parent[child] = node
                            stack.append(child)
                elif value is not None:
                    parent[value] = node
                    stack.append(value)
            if not stack:
                return nested
            node = stack.pop()
            kind = node.__class__
            fields = OUTER_FIELDS[kind]
            if kind in _BINDERS and not (kind is ast.Name and _is_load(node)):
                note_names(node, scope, parent)
                if isinstance(node, _DEFINERS):
                    nested.append(node)


def _is_load(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.ctx.__class__ is ast.Load
