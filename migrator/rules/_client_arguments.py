"""The arguments of a request of a test client: what they are to Quart's own client.

Flask's client takes those of Werkzeug's ``EnvironBuilder``; Quart's has a parameter for each kind
of body. https://quart.palletsprojects.com/en/latest/how_to_guides/testing.html
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from migrator.facts.model import Facts
from migrator.index.symbols import FunctionId

_SAME = frozenset({"auth", "follow_redirects", "headers", "json", "method", "path", "subdomain"})
_TYPES = ("content_type", "mimetype")
_DEEPEST = 4
"""Names that are followed from one to the next."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What becomes of the arguments of one request.

    ``form`` is the value of ``data``, if it is a form; ``may_be_none`` says that a value in it may
    be ``None``. ``content_type`` goes into the headers.
    """

    form: ast.expr | None = None
    may_be_none: bool = False
    content_type: ast.expr | None = None
    content_type_name: str = ""


def arguments_of(facts: Facts, call: ast.Call) -> Arguments:
    """Return what becomes of the arguments of *call*, of which there is no :func:`problem_of`."""
    words = {word.arg: word.value for word in call.keywords}
    data = words.get("data")
    form = data if data is not None and _sort(facts, data) == "form" else None
    name = next((it for it in _TYPES if it in words), "")
    is_implied = form is not None and _text(words.get(name)) == "application/x-www-form-urlencoded"
    return Arguments(
        form=form,
        may_be_none=form is not None
        and any(_may_be_none(facts, it) for it in _values(facts, form)),
        content_type=None if is_implied else words.get(name),
        content_type_name=name,
    )


def problem_of(facts: Facts, call: ast.Call) -> str | None:
    """Return what Quart's own client cannot do with the arguments of *call*, if anything."""
    return next(_problems(facts, call), None)


def _problems(facts: Facts, call: ast.Call) -> Iterator[str]:
    words = {word.arg: word.value for word in call.keywords}
    path = call.args[0] if call.args else words.get("path")
    if len(call.args) > 1 or path is None:
        yield "Quart's test client takes one positional argument, the path"
    if path is not None and _is_elsewhere(path):
        yield "Quart's test client takes a path, and no URL"
    for name, value in words.items():
        if name is None and not _passes_same(facts, call, value):
            yield "it is not known which arguments `**` has for the test client"
        if name == "data" and _sort(facts, value) == "unknown":
            yield "it is not known whether `data` is a form or a body"
        if name == "query_string" and not _is_dict(facts, value):
            yield "Quart's test client takes `query_string` as a dict only"
        if name not in (None, "data", "query_string", *_SAME, *_TYPES):
            yield f"Quart's test client has no argument `{name}`"
    if words.keys() & set(_TYPES) and "headers" in words:
        yield "Quart's test client takes the content type among the headers"
    if "query_string" in words and "follow_redirects" in words:
        yield "Quart's test client sends `query_string` along with redirects"


def _is_elsewhere(path: ast.expr) -> bool:
    if isinstance(path, ast.JoinedStr) and path.values:
        path = path.values[0]
    text = _text(path)
    if text is None:
        return any(isinstance(it, ast.Name) and it.id == "url_for" for it in ast.walk(path))
    return not text.startswith("/") or not text.isascii()


def _text(node: ast.expr | None) -> str | None:
    found = node.value if isinstance(node, ast.Constant) else None
    return found if isinstance(found, str) else None


def _passes_same(facts: Facts, call: ast.Call, value: ast.expr) -> bool:
    """Whether ``**value`` is the function's own ``**kwargs``, in which callers give the same."""
    name = facts.program.owner.get(call)
    if name is None or not isinstance(value, ast.Name):
        return False
    arguments = facts.program.functions[name].node.args
    if arguments.kwarg is None or arguments.kwarg.arg != value.id:
        return False
    own = {it.arg for it in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    given = {
        word.arg
        for site in facts.callers.get(name, ())
        if isinstance(site.node, ast.Call)
        for word in site.node.keywords
    }
    return given <= own | _SAME


def _sort(facts: Facts, node: ast.expr, depth: int = 0) -> str:
    """Return ``form``, ``body`` or ``unknown`` for the value of ``data``."""
    match node:
        case ast.Dict():
            values = list(_values(facts, node))
            return (
                "form"
                if values and not any(_is_file_or_list(facts, it) for it in values)
                else "unknown"
            )
        case ast.Constant(value=str() | bytes()) | ast.JoinedStr():
            return "body"
        case ast.Call(func=ast.Name(id="dict"), args=[]):
            values = [word.value for word in node.keywords]
            return "unknown" if any(_is_file_or_list(facts, it) for it in values) else "form"
        case ast.Call(func=ast.Attribute(attr="dumps" | "encode")):
            return "body"
        case ast.Name() if depth < _DEEPEST:
            sorts = {_sort(facts, it, depth + 1) for it in assigned(facts, node)}
            return sorts.pop() if len(sorts) == 1 else "unknown"
        case _:
            return "unknown"


def _values(facts: Facts, node: ast.expr, depth: int = 0) -> Iterator[ast.expr]:
    """Yield the values of a form, as far as they are written down."""
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    yield from _values(facts, value, depth + 1)
                else:
                    yield value
        case ast.Call(keywords=words):
            yield from (word.value for word in words)
        case ast.Name() if depth < _DEEPEST and (found := list(assigned(facts, node))):
            for it in found:
                yield from _values(facts, it, depth + 1)
        case _:
            # Not written down here: what it holds may be anything.
            yield ast.List([], ast.Load())


def _is_file_or_list(facts: Facts, value: ast.expr, depth: int = 0) -> bool:
    if isinstance(value, ast.Name) and depth < _DEEPEST:
        return any(_is_file_or_list(facts, it, depth + 1) for it in assigned(facts, value))
    if isinstance(value, ast.Tuple | ast.List | ast.Set | ast.Dict | ast.ListComp):
        return True
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in _FILES


_FILES = frozenset({"BytesIO", "FileStorage", "StringIO", "open"})


def _is_dict(facts: Facts, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        found = list(assigned(facts, node))
        return bool(found) and all(isinstance(it, ast.Dict) for it in found)
    return isinstance(node, ast.Dict)


def _may_be_none(facts: Facts, value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return value.value is None
    if not isinstance(value, ast.Name):
        return False
    return any(isinstance(it, ast.Constant) and it.value is None for it in assigned(facts, value))


def assigned(facts: Facts, name: ast.Name) -> Iterator[ast.expr]:
    """Yield what *name* is known to be: assigned in its function, or given by callers or pytest."""
    function = facts.program.owner.get(name)
    scope = facts.program.functions[function].node if function else None
    if function is None or scope is None or isinstance(scope, ast.Lambda):
        return
    if name.id in facts.program.functions[function].parameters:
        yield from _handed(facts, function, name.id)
        return
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name.id:
                yield value


def _handed(facts: Facts, function: FunctionId, name: str) -> Iterator[ast.expr]:
    node = facts.program.functions[function].node
    for decorator in node.decorator_list if not isinstance(node, ast.Lambda) else ():
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[names, rows, *_]):
                yield from _column(_names(names), rows, name)
    arguments = node.args
    pairs = zip(reversed(arguments.args), reversed(arguments.defaults), strict=False)
    yield from (default for parameter, default in pairs if parameter.arg == name)
    yield from _given(facts, function, name)


def _given(facts: Facts, function: FunctionId, name: str) -> Iterator[ast.expr]:
    """Yield what the calls of *function* give its parameter."""
    found = facts.program.functions[function]
    for site in facts.callers.get(function, ()):
        if isinstance(site.node, ast.Call):
            is_bound = found.owner is not None and isinstance(site.node.func, ast.Attribute)
            position = found.parameters.index(name) - is_bound
            yield from site.node.args[position : position + 1]
            yield from (word.value for word in site.node.keywords if word.arg == name)


def _names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Tuple | ast.List):
        return [text for it in node.elts if (text := _text(it)) is not None]
    return [part.strip() for part in (_text(node) or "").split(",")]


def _column(names: list[str], rows: ast.expr, name: str) -> Iterator[ast.expr]:
    if name not in names or not isinstance(rows, ast.List | ast.Tuple):
        return
    for row in rows.elts:
        cells = row.args if isinstance(row, ast.Call) else [row]
        if len(names) > 1 and isinstance(cells[0], ast.Tuple | ast.List):
            cells = cells[0].elts
        if len(cells) == len(names):
            yield cells[names.index(name)]
