"""Compiling the edits of one expression into one patch."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from migrator.edits import templates
from migrator.edits.blocks import indentation_unit
from migrator.edits.calls import CallOperation, edited_call
from migrator.edits.edit import (
    AddKeyword,
    Await,
    MakeListComprehension,
    ReplaceExpression,
    Wrap,
)
from migrator.edits.locate import Place, Tree
from migrator.edits.misfit import Misfit
from migrator.edits.parentheses import (
    Context,
    Form,
    awaited,
    context_of,
    enclose,
    fitted,
    shares_call_parentheses,
)
from migrator.edits.patches import Copy, Patch, Piece
from migrator.edits.text import LINE_END, Text

ExpressionOperation = ReplaceExpression | CallOperation | MakeListComprehension | Await | Wrap
_RANK = 0
_AROUND = re.compile(r"([\w.]+\()(lambda: |)\{0\}\)")

Ranges = Mapping[tuple[int, int], Context]
"""Where expressions will stand that an edit around them moves, by their offsets."""


def compile_expression(
    tree: Tree,
    place: Place,
    operations: Sequence[ExpressionOperation],
    rules: tuple[str, ...],
    moved_to: Context | None = None,
) -> Patch:
    """Return the patch that does all *operations* on the expression at *place*.

    The order is fixed: replace or edit the arguments, make a list, await, wrap, add parentheses.
    ``moved_to`` is where the expression will stand, if an edit around it moves it. Raises
    :exc:`Misfit` with the reason where the operations do not fit.
    """
    text = tree.text
    form = _operated(tree, place, operations)
    if Await() in operations and not isinstance(place.parent, ast.Await):
        form = awaited(form)
    form = _wrapped(text, place, form, {it for it in operations if isinstance(it, Wrap)})
    if moved_to is not None:
        form = fitted(_fit_to_move(text, place, form), moved_to)
    elif shares_call_parentheses(text, place):
        form = enclose(form) if form.changed else form
    else:
        form = fitted(form, context_of(text, place))
    return Patch(place.start, place.end, form.pieces, rules, _RANK)


def part_contexts(text: Text, place: Place, operations: Sequence[ExpressionOperation]) -> Ranges:
    """Return where the parts of a replacement at *place* will stand."""
    found: dict[tuple[int, int], Context] = {}
    for operation in operations:
        if not isinstance(operation, ReplaceExpression):
            continue
        template = templates.expression(operation.code, len(operation.parts))
        for number, (parent, field) in template.contexts.items():
            context = Context(parent, field)
            if template.is_bare_placeholder:
                is_awaited = Await() in operations
                context = (
                    Context(ast.Await(_expression(place)), "value")
                    if is_awaited
                    else context_of(text, place)
                )
            found[text.span(operation.parts[number])] = context
    found.pop((place.start, place.end), None)
    return found


def requoted(operation: ExpressionOperation, quotes: str) -> ExpressionOperation:
    """Return *operation* with code that fits into an f-string with *quotes*.

    Before Python 3.12 they cannot stand inside: https://peps.python.org/pep-0701/
    """
    code = getattr(operation, "code", "")
    if not isinstance(operation, ReplaceExpression | AddKeyword | Wrap) or not quotes:
        return operation
    if "\n" in code or "\\" in code:
        raise Misfit("code with line breaks or backslashes cannot stand in an f-string")
    if quotes not in code:
        return operation
    other = "'" if quotes[0] == '"' else '"'
    if other in code:
        raise Misfit("code with both kinds of quotes cannot stand in an f-string")
    return replace(operation, code=code.replace(quotes[0], other))


def _operated(tree: Tree, place: Place, operations: Sequence[ExpressionOperation]) -> Form:
    node = _expression(place)
    replacements = {it for it in operations if isinstance(it, ReplaceExpression)}
    arguments = {it for it in operations if isinstance(it, CallOperation)}
    as_list = MakeListComprehension() in operations
    if len(replacements) + bool(arguments) + as_list > 1:
        raise Misfit("edits would replace the same expression by different code")
    if replacements:
        return _replaced(tree, place, replacements.pop())
    if arguments:
        return Form(edited_call(tree.text, place, tuple(arguments)), node, changed=True)
    if as_list:
        return _list_comprehension(place)
    return _as_it_stands(tree.text, place)


def _wrapped(text: Text, place: Place, form: Form, wraps: set[Wrap]) -> Form:
    if not wraps:
        return form
    if len(wraps) > 1:
        raise Misfit("edits would wrap the same expression in different code")
    template = templates.expression(wraps.pop().code, 1)
    inner = fitted(_fit_to_move(text, place, form), Context(*template.contexts[0]))
    shape = template.shape or form.shape
    return Form(template.fill([inner.pieces]), shape, template.is_enclosed, changed=True)


def _as_it_stands(text: Text, place: Place) -> Form:
    node = _expression(place)
    # The span of a tuple holds its parentheses, if it has any.
    raw = text.text[place.start : place.end]
    enclosed = isinstance(node, ast.Tuple) and templates.is_enclosed(raw)
    return Form((Copy(place.start, place.end),), node, enclosed)


def _expression(place: Place) -> ast.expr:
    if not isinstance(place.node, ast.expr):
        raise Misfit("there is no expression")
    return place.node


def _replaced(tree: Tree, place: Place, operation: ReplaceExpression) -> Form:
    text = tree.text
    template = templates.expression(operation.code, len(operation.parts))
    if (wrapped := _wrapped_lines(tree, place, operation)) is not None:
        return Form(wrapped, template.shape or _expression(place), changed=True)
    parts = [
        _part(text, place, Copy(*text.span(span)), template.contexts.get(number))
        for number, span in enumerate(operation.parts)
    ]
    # A bare placeholder's part gets its parentheses by a patch of its own.
    enclosed = template.is_enclosed or template.is_bare_placeholder
    return Form(template.fill(parts), template.shape or _expression(place), enclosed, changed=True)


def _wrapped_lines(
    tree: Tree, place: Place, operation: ReplaceExpression
) -> tuple[Piece, ...] | None:
    """Return the lines of ``f(lambda: {0})`` around an expression that stands on several lines.

    They look as Black formats them; ``None`` for replacements of another form.
    """
    text = tree.text
    own = [text.span(part) for part in operation.parts] == [(place.start, place.end)]
    found = _AROUND.fullmatch(operation.code)
    raw = text.text[place.start : place.end]
    if not own or found is None or not LINE_END.search(raw) or not _stands_alone(raw):
        return None
    unit = indentation_unit(tree)
    outer = text.newline + text.indentation(place.start)
    inside = Copy(place.start, place.end, indent=unit)
    return (f"{found[1]}{outer}{unit}{found[2]}", inside, f"{outer})")


def _part(
    text: Text, place: Place, part: Copy, context: tuple[ast.AST, str] | None
) -> tuple[Piece, ...]:
    if context is None or (part.start, part.end) != (place.start, place.end):
        return (part,)
    return fitted(_fit_to_move(text, place, _as_it_stands(text, place)), Context(*context)).pieces


def _list_comprehension(place: Place) -> Form:
    node = place.node
    if not isinstance(node, ast.GeneratorExp):
        raise Misfit("there is no generator expression")
    pieces = ("[", Copy(place.start + 1, place.end - 1), "]")
    return Form(pieces, ast.ListComp(node.elt, node.generators), changed=True)


def _fit_to_move(text: Text, place: Place, form: Form) -> Form:
    """Prepare an expression that leaves the parentheses which stood around it."""
    raw = text.text[place.start : place.end]
    moved = Form(form.pieces, form.shape, form.enclosed, changed=True)
    return enclose(moved) if LINE_END.search(raw) and not _stands_alone(raw) else moved


def _stands_alone(code: str) -> bool:
    """Whether the line breaks in *code* are inside brackets or strings of its own."""
    try:
        ast.parse(code, mode="eval")
    except SyntaxError:
        return False
    return True
