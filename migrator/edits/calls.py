"""Edits of a call's arguments that leave the other arguments' formatting alone."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from migrator.edits.edit import AddKeyword, CallThrough, RemoveKeyword, RenameKeyword
from migrator.edits.locate import Place
from migrator.edits.misfit import Misfit
from migrator.edits.patches import Copy, Piece
from migrator.edits.text import LINE_END, Text

CallOperation = RenameKeyword | AddKeyword | RemoveKeyword | CallThrough
_ORDER = (RenameKeyword, RemoveKeyword, AddKeyword, CallThrough)


@dataclass(frozen=True, slots=True)
class _Argument:
    keyword: str | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call as text: ``gaps`` stand before, between and after the arguments."""

    callee: Piece
    arguments: tuple[_Argument, ...]
    gaps: tuple[str, ...]


def edited_call(text: Text, place: Place, operations: Sequence[CallOperation]) -> tuple[Piece, ...]:
    """Return the call at *place* with *operations* done, always in the same order.

    Raises :exc:`Misfit` where the call lacks a keyword that is renamed or removed.
    """
    if not isinstance(place.node, ast.Call):
        raise Misfit("only a call has arguments")
    call = _parse(text, place, place.node)
    for operation in sorted(operations, key=lambda it: (_ORDER.index(type(it)), repr(it))):
        call = _apply(call, operation)
    pieces: list[Piece] = [call.callee, call.gaps[0]]
    for argument, gap in zip(call.arguments, call.gaps[1:], strict=True):
        pieces += [*argument.pieces, gap]
    return tuple(pieces)


def _apply(call: _Call, operation: CallOperation) -> _Call:
    match operation:
        case RenameKeyword(old, new):
            return _renamed(call, old, new)
        case RemoveKeyword(name):
            return _removed(call, _index(call, name))
        case AddKeyword(name, code):
            return _added(call, name, code)
        case CallThrough(function):
            return _called_through(call, function)


def _index(call: _Call, keyword: str) -> int:
    for index, argument in enumerate(call.arguments):
        if argument.keyword == keyword:
            return index
    raise Misfit(f"the call has no keyword {keyword!r}")


def _renamed(call: _Call, old: str, new: str) -> _Call:
    index = _index(call, old)
    _, *value = call.arguments[index].pieces
    renamed = _Argument(new, (f"{new}=", *value))
    arguments = (*call.arguments[:index], renamed, *call.arguments[index + 1 :])
    return _Call(call.callee, arguments, call.gaps)


def _removed(call: _Call, index: int) -> _Call:
    arguments = (*call.arguments[:index], *call.arguments[index + 1 :])
    if not arguments:
        return _Call(call.callee, (), ("()",))
    # The gap after the argument goes with it; the last argument takes the one before.
    gap = index if index == len(arguments) else index + 1
    return _Call(call.callee, arguments, (*call.gaps[:gap], *call.gaps[gap + 1 :]))


def _added(call: _Call, name: str, code: str) -> _Call:
    if any(argument.keyword == name for argument in call.arguments):
        return call
    new = _Argument(name, (f"{name}={code}",))
    if not call.arguments:
        return _Call(call.callee, (new,), ("(", ")"))
    *gaps, tail = call.gaps
    if LINE_END.search(gaps[-1]) and LINE_END.search(tail):
        separator, tail = _own_line(gaps[-1], tail)
    else:
        separator, tail = ", ", _without_comma(tail)
    return _Call(call.callee, (*call.arguments, new), (*gaps, separator, tail))


def _own_line(lead: str, tail: str) -> tuple[str, str]:
    """Return the gaps around a new last argument on a line of its own."""
    *_, last_end = LINE_END.finditer(tail)
    before, closing = tail[: last_end.start()], tail[last_end.start() :]
    has_comma = before != _without_comma(before)
    comma = "" if has_comma else ","
    return (
        f"{comma}{before}{last_end.group()}{LINE_END.split(lead)[-1]}",
        f",{closing}" if has_comma else closing,
    )


def _without_comma(gap: str) -> str:
    code, hash_sign, comment = gap.partition("#")
    return code.replace(",", "", 1) + hash_sign + comment


def _called_through(call: _Call, function: str) -> _Call:
    first = _Argument(None, (call.callee,))
    opening, *others = call.gaps
    if not call.arguments:
        return _Call(function, (first,), ("(", ")"))
    found = LINE_END.search(opening)
    one_a_line = all(LINE_END.search(gap) for gap in others[:-1])
    gap = f",{found.group()}{LINE_END.split(opening)[-1]}" if found and one_a_line else ", "
    return _Call(function, (first, *call.arguments), (opening, gap, *others))


def _parse(text: Text, place: Place, node: ast.Call) -> _Call:
    nodes: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    nodes.sort(key=lambda it: (it.lineno, it.col_offset))
    ranges = [text.range(it) for it in nodes]
    _, callee_end = text.range(node.func)
    opening = next(at for at, char in text.code_from(callee_end, place.end) if char == "(")
    callee = Copy(place.start, opening)
    if len(nodes) == 1 and ranges[0][0] == opening:
        # A generator as the only argument shares its parentheses with the call.
        return _Call(callee, (_Argument(None, (Copy(*ranges[0]),)),), ("(", ")"))
    extents = _extents(text, ranges, opening, place.end - 1)
    bounds = [place.start, opening, *(at for extent in extents for at in extent), place.end]
    gaps = [text.text[start:end] for start, end in pairwise(bounds)][1::2]
    arguments = [
        _argument(text, it, start, end) for it, (start, end) in zip(nodes, extents, strict=True)
    ]
    return _Call(callee, tuple(arguments), tuple(gaps))


def _extents(
    text: Text, ranges: Sequence[tuple[int, int]], opening: int, closing: int
) -> list[tuple[int, int]]:
    """Widen the ranges of the arguments to their own parentheses."""
    extents: list[tuple[int, int]] = []
    position = opening + 1
    for index, (start, end) in enumerate(ranges):
        following = ranges[index + 1][0] if index + 1 < len(ranges) else closing
        first = next((at for at, _ in text.code_from(position, start)), start)
        last, position = _end_of_argument(text, end, following)
        extents.append((first, last))
    return extents


def _end_of_argument(text: Text, end: int, following: int) -> tuple[int, int]:
    """Return where an argument's parentheses end, and where the next argument may start."""
    for at, char in text.code_from(end, following):
        if char == ",":
            return end, at + 1
        end = at + 1
    return end, following


def _argument(text: Text, node: ast.expr | ast.keyword, start: int, end: int) -> _Argument:
    if not isinstance(node, ast.keyword) or node.arg is None:
        return _Argument(None, (Copy(start, end),))
    value = text.text.index("=", start) + 1
    return _Argument(node.arg, (text.text[start:value], Copy(value, end)))
