"""What the index finds in a program: modules, functions and classes."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from migrator.index.scopes import Scope
from migrator.source.files import SourceFile
from migrator.source.span import Span

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
ImportStatement = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True, order=True)
class FunctionId:
    """Names one function of the program: its file, its position and its qualified name.

    ``line`` is the line of ``def`` (not of a decorator), ``column`` tells lambdas of one line
    apart, ``name`` is qualified as ``__qualname__`` is, without ``<locals>``.
    """

    path: str
    line: int
    column: int
    name: str

    def __str__(self) -> str:
        """Render as ``path:line name``."""
        return f"{self.path}:{self.line} {self.name}"


@dataclass(frozen=True, slots=True, order=True)
class ClassId:
    """Names one class of the program."""

    path: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function, method or lambda."""

    id: FunctionId
    node: FunctionNode
    module: str
    span: Span
    parent: FunctionId | None
    owner: ClassId | None
    parameters: tuple[str, ...]
    is_async: bool
    is_generator: bool

    @property
    def name(self) -> str:
        """The last part of the qualified name."""
        return self.id.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Class:
    """A class statement."""

    id: ClassId
    node: ast.ClassDef
    module: str
    parent: FunctionId | None


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed file. ``is_test`` says that it belongs to the project's tests.

    ``imports`` are its import statements in their order, those in blocks and functions too.
    """

    name: str
    file: SourceFile
    tree: ast.Module
    is_package: bool
    is_test: bool
    imports: tuple[ImportStatement, ...]

    def imports_from(self, *packages: str) -> bool:
        """Whether it imports one of *packages*, or from one."""
        return any(not set(packages).isdisjoint(_packages_of(it)) for it in self.imports)


def _packages_of(statement: ImportStatement) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name.partition(".")[0] for alias in statement.names]
    return [] if statement.level else [(statement.module or "").partition(".")[0]]


@dataclass(frozen=True, slots=True)
class Program:
    """Every module, function and class of a project, and who owns which syntax node.

    ``owner`` maps a node to the function whose body it belongs to (``None``: module or class
    level); ``parent`` maps a node to the node around it. Contexts and operators (``ast.Load``,
    ``ast.Add``) are shared between nodes and have none. ``scopes`` has the names of every
    module, class, function and lambda node; ``function_ids`` and ``class_ids`` map definition
    nodes to their names.
    """

    modules: Mapping[str, Module]
    functions: Mapping[FunctionId, Function]
    classes: Mapping[ClassId, Class]
    owner: Mapping[ast.AST, FunctionId | None]
    parent: Mapping[ast.AST, ast.AST]
    module_of: Mapping[ast.AST, str]
    scopes: Mapping[ast.AST, Scope]
    function_ids: Mapping[ast.AST, FunctionId]
    class_ids: Mapping[ast.AST, ClassId]
