"""Putting an expression where its parent wants it, with parentheses only where they are due."""

import ast
import re
from dataclasses import dataclass, replace

from migrator.edits.locate import Place
from migrator.edits.patches import Piece
from migrator.edits.precedence import Level, fits_f_string, level, place
from migrator.edits.text import Text

_POSITIONED = (ast.expr, ast.stmt, ast.keyword, ast.arg)
_COMMENT = re.compile(r"#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Form:
    """An expression under construction: its text, and what kind of expression that is.

    ``enclosed`` says that the pieces bring parentheses of their own; ``changed`` that they are
    more than a copy of what stood there.
    """

    pieces: tuple[Piece, ...]
    shape: ast.expr
    enclosed: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression will stand; ``in_parentheses`` says that a pair is there already."""

    parent: ast.AST
    field: str
    in_parentheses: bool = False


def enclose(form: Form) -> Form:
    """Put parentheses around *form* unless it has them."""
    if form.enclosed:
        return form
    return replace(form, pieces=("(", *form.pieces, ")"), enclosed=True)


def awaited(form: Form) -> Form:
    """Put ``await`` before *form*."""
    operand = form if level(form.shape) is Level.ATOM else enclose(form)
    return Form(("await ", *operand.pieces), ast.Await(value=form.shape), changed=True)


def fitted(form: Form, context: Context) -> Form:
    """Put parentheses around *form* where *context* asks for them."""
    if context.in_parentheses or not form.changed:
        return form
    if isinstance(context.parent, ast.FormattedValue):
        return form if fits_f_string(form.shape) else enclose(form)
    return form if level(form.shape) >= place(context.parent, context.field) else enclose(form)


def context_of(text: Text, it: Place) -> Context:
    """Return the context in which *it* stands now."""
    return Context(it.parent, it.field, _in_parentheses(text, it))


def shares_call_parentheses(text: Text, it: Place) -> bool:
    """Whether *it* is a generator that is a call's only argument, without its own parentheses."""
    if not (isinstance(it.node, ast.GeneratorExp) and isinstance(it.parent, ast.Call)):
        return False
    _, end = text.range(it.parent.func)
    return it.field == "args" and "(" not in _code(text, end, it.start)


def _in_parentheses(text: Text, it: Place) -> bool:
    following = next(text.code_from(it.end, len(text.text)), (0, ""))
    if following[1] != ")":
        return False
    before = _code(text, _region_start(text, it), it.start)
    return before.count("(") >= (2 if _is_first_argument(it) else 1)


def _is_first_argument(it: Place) -> bool:
    if it.field not in {"args", "bases"}:
        return False
    arguments: list[ast.expr] = getattr(it.parent, it.field)
    return arguments[0] is it.node


def _region_start(text: Text, it: Place) -> int:
    """Return where the punctuation between *it* and what precedes it in its parent starts."""
    siblings = [child for child in ast.iter_child_nodes(it.parent) if child is not it.node]
    ends = [text.range(child)[1] for child in siblings if isinstance(child, _POSITIONED)]
    own = text.range(it.parent)[0] if isinstance(it.parent, _POSITIONED) else it.start
    return max([own, *(end for end in ends if end <= it.start)])


def _code(text: Text, start: int, end: int) -> str:
    return _COMMENT.sub("", text.text[start:end])
