"""What an expression that names a file may be: a path, or an object that is read."""

import ast

from migrator.facts.model import Facts
from migrator.index.symbols import FunctionNode

_OPEN = frozenset(
    {
        "builtins.open()", "gzip.open()", "io.BytesIO()", "io.StringIO()", "io.open()", "open()",
        "pathlib.Path().open()", "tempfile.NamedTemporaryFile()",
        "tempfile.SpooledTemporaryFile()", "tempfile.TemporaryFile()",
    }
)  # fmt: skip
_ABSOLUTE = frozenset(
    {
        "os.path.abspath()",
        "os.path.realpath()",
        "pathlib.Path().absolute()",
        "pathlib.Path().resolve()",
    }
)
_PATHS = (
    "builtins.str()",
    "os.fspath()",
    "os.path.",
    "pathlib.",
    "posixpath.",
    "werkzeug.utils.safe_join",
    "werkzeug.security.safe_join",
)


def is_file_object(facts: Facts, node: ast.expr) -> bool:
    """Whether *node* may be an open file or a buffer."""
    return not _OPEN.isdisjoint(facts.names_at.get(node, frozenset()))


def is_bytes_io(facts: Facts, node: ast.expr) -> bool:
    """Whether *node* is an ``io.BytesIO`` and nothing else."""
    return facts.names_at.get(node, frozenset()) == {"io.BytesIO()"}


def is_path(facts: Facts, node: ast.expr) -> bool:
    """Whether *node* is a path, as text or as an object."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, right=right):
            return is_path(facts, left) or is_path(facts, right)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format" | "join")):
            return True
        case _:
            names = facts.names_at.get(node, frozenset())
            found = bool(names) and all(name.startswith(_PATHS) for name in names)
            return found or _is_promised(facts, node)


def _is_promised(facts: Facts, node: ast.expr) -> bool:
    """Whether *node* is a parameter that is annotated as a path, or as text."""
    owner = facts.program.owner.get(node)
    if owner is None or not isinstance(node, ast.Name):
        return False
    return any(
        argument.arg == node.id
        and argument.annotation is not None
        and _is_text(argument.annotation)
        for argument in _arguments(facts.program.functions[owner].node)
    )


def _arguments(function: FunctionNode) -> tuple[ast.arg, ...]:
    arguments = function.args
    return (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)


def _is_text(annotation: ast.expr) -> bool:
    match annotation:
        case ast.Name(id="str" | "Path" | "PathLike") | ast.Attribute(attr="Path" | "PathLike"):
            return True
        case ast.Constant(value="str" | "Path"):
            return True
        case ast.Subscript(value=value):
            return _is_text(value)
        case ast.BinOp(left=left, right=right):
            return _is_text(left) and _is_text(right)
        case _:
            return False


def is_absolute(facts: Facts, node: ast.expr) -> bool:
    """Whether *node* is text that starts with a slash, or a path that was made absolute."""
    if isinstance(node, ast.Constant):
        return str(node.value).startswith("/")
    names = facts.names_at.get(node, frozenset())
    return bool(names) and names <= _ABSOLUTE
