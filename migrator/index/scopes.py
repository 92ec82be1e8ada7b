"""Which names each scope binds (https://docs.python.org/3/reference/executionmodel.html)."""

import ast
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one module, class, function or lambda.

    ``bound`` are its own names, parameters included; ``inner`` those that comprehensions in it
    bind; ``global_names`` and ``nonlocal_names`` are declared so.
    """

    bound: frozenset[str]
    inner: frozenset[str]
    global_names: frozenset[str]
    nonlocal_names: frozenset[str]
    is_generator: bool


@dataclass(slots=True)
class ScopeBuilder:
    """Gathers the names and import statements of one scope while its nodes are walked."""

    bound: set[str]
    inner: set[str]
    global_names: set[str]
    nonlocal_names: set[str]
    is_generator: bool = False
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)

    def build(self) -> Scope:
        """Return what was gathered."""
        declared = self.global_names | self.nonlocal_names
        return Scope(
            frozenset(self.bound - declared),
            frozenset(self.inner),
            frozenset(self.global_names),
            frozenset(self.nonlocal_names),
            self.is_generator,
        )


def start_scope(parameters: tuple[str, ...] = ()) -> ScopeBuilder:
    """Return the builder of a scope that binds *parameters*."""
    return ScopeBuilder(set(parameters), set(), set(), set())


def parameter_names(arguments: ast.arguments) -> tuple[str, ...]:
    """Return the names of all parameters in the order of the signature."""
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg:
        names.append(arguments.vararg.arg)
    names.extend(argument.arg for argument in arguments.kwonlyargs)
    if arguments.kwarg:
        names.append(arguments.kwarg.arg)
    return tuple(names)


def note_names(node: ast.AST, scope: ScopeBuilder, parent: dict[ast.AST, ast.AST]) -> None:
    """Record what *node* itself binds or declares in *scope*."""
    match node:
        case ast.Name(id=name):
            (scope.inner if _in_comprehension_target(node, parent) else scope.bound).add(name)
        case ast.Global(names=names):
            scope.global_names.update(names)
        case ast.Nonlocal(names=names):
            scope.nonlocal_names.update(names)
        case ast.Yield() | ast.YieldFrom():
            scope.is_generator = True
        case ast.Import() | ast.ImportFrom():
            scope.imports.append(node)
        case _:
            scope.bound.update(_bound_by(node))


def _bound_by(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.alias(name=name, asname=asname):
            return () if name == "*" else (asname or name.partition(".")[0],)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return (node.name,)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            return (name,)
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return (name,)
        case _:
            return ()


def _in_comprehension_target(node: ast.AST, parent: dict[ast.AST, ast.AST]) -> bool:
    above = parent[node]
    while isinstance(above, ast.Tuple | ast.List | ast.Starred):
        above = parent[above]
    return isinstance(above, ast.comprehension)
