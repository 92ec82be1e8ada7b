"""Turning neighbouring statements into a nested function and one call of it."""

from collections.abc import Iterator, Sequence

from migrator.edits.blocks import end_with_comment, indentation, indentation_unit, own_lines
from migrator.edits.edit import NestStatements
from migrator.edits.locate import Place, Tree, statement_start
from migrator.edits.patches import Copy, Patch
from migrator.edits.text import Text

_RANK = 3


def nest(
    tree: Tree, run: Sequence[Place], operation: NestStatements, rules: tuple[str, ...]
) -> Iterator[Patch]:
    """Yield the patches that move the statements of *run* into a nested function."""
    text = tree.text
    start = _start_with_comments(tree, run[0])
    end = end_with_comment(text, run[-1])
    unit = indentation_unit(tree)
    own = indentation(tree, run[0])
    inner = text.newline + own + unit
    declaration = f"nonlocal {', '.join(operation.nonlocals)}{inner}" if operation.nonlocals else ""
    line_break = text.newline + own
    before = line_break.join((*operation.before, "")) if operation.before else ""
    function = (
        f"{before.removesuffix(own)}{line_break}" if before else "",
        f"def {operation.name}():{inner}{declaration}",
        Copy(start, end, indent=unit),
        f"{inner}return {', '.join(operation.results)}" if operation.results else "",
        f"{text.newline}{text.newline}{own}{_call(operation)}",
    )
    blank_line = not before and _wants_blank_line(tree, run[0], start)
    if blank_line and text.starts_line(start):
        line = text.line_start(start)
        yield Patch(line, end, (text.newline, own, *function), rules, _RANK)
    else:
        yield Patch(start, end, function, rules, _RANK)
    yield from own_lines(tree, run[0], run[-1], rules, blank_line=blank_line)


def _call(operation: NestStatements) -> str:
    call = f"await {operation.call.replace('{name}', operation.name)}"
    if operation.returns:
        return f"return {call}"
    return f"{', '.join(operation.results)} = {call}" if operation.results else call


def _start_with_comments(tree: Tree, first: Place) -> int:
    """Return where the statement starts, comments right above it included."""
    text = tree.text
    start = statement_start(text, first)
    if not text.starts_line(start):
        return start
    own = text.indentation(start)
    earliest = max((it.end for it in tree.siblings(first) if it.end <= start), default=0)
    while (line := _line_above(text, start)) >= earliest and _is_comment(text, line, own):
        start = line + len(own)
    return start


def _line_above(text: Text, offset: int) -> int:
    line = text.line(offset)
    return text.offset(line - 1, 0) if line > 1 else -1


def _is_comment(text: Text, line_start: int, indentation: str) -> bool:
    return line_start >= 0 and text.text.startswith(f"{indentation}#", line_start)


def _wants_blank_line(tree: Tree, first: Place, start: int) -> bool:
    """Whether a blank line is due before a function at *start*."""
    text = tree.text
    if tree.siblings(first)[0].node is first.node:
        return False
    above = _line_above(text, start)
    return not text.starts_line(start) or bool(text.text[above : text.line_start(start)].strip())
