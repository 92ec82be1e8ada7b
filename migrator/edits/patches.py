"""Nested replacements of text, the form into which every edit is compiled.

A patch replaces a range by pieces: new text, or a range of the old text in which the patches
inside it are applied. So edits on nested nodes compose without knowing of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from migrator.edits.reindent import shift
from migrator.edits.text import Text
from migrator.errors import EditConflict


@dataclass(frozen=True, slots=True, order=True)
class Copy:
    """The text of a range, with the patches inside it applied, indented by ``indent`` more."""

    start: int
    end: int
    indent: str = ""


Piece = str | Copy


@dataclass(frozen=True, slots=True)
class Patch:
    """The range becomes ``pieces``.

    Of patches on one range, the one with the higher ``rank`` is outside. ``rules`` are the names
    of the rules that planned it.
    """

    start: int
    end: int
    pieces: tuple[Piece, ...]
    rules: tuple[str, ...]
    rank: int = 0


@dataclass(slots=True)
class _Nested:
    patch: Patch
    inner: "list[_Nested]" = field(default_factory=list)


def render(text: Text, patches: Sequence[Patch]) -> str:
    """Apply *patches* to the whole text.

    Raises :exc:`migrator.errors.EditConflict` where two patches cross, or where one would change
    what another throws away.
    """
    return _render_range(text, Copy(0, len(text.text)), _nest(text, patches))


def _nest(text: Text, patches: Sequence[Patch]) -> list[_Nested]:
    """Arrange patches in a forest, outermost first, in the order of the text."""
    roots: list[_Nested] = []
    stack: list[_Nested] = []
    for patch in sorted(patches, key=lambda it: (it.start, -it.end, -it.rank)):
        while stack and stack[-1].patch.end <= patch.start:
            stack.pop()
        if stack and patch.end > stack[-1].patch.end:
            raise _conflict(text, stack[-1].patch, patch, "edits cross each other")
        node = _Nested(patch)
        (stack[-1].inner if stack else roots).append(node)
        stack.append(node)
    return roots


def _render_range(text: Text, whole: Copy, inner: Sequence[_Nested]) -> str:
    parts: list[str] = []
    position = whole.start
    for nested in inner:
        parts.append(text.text[position : nested.patch.start])
        parts.append(_render_patch(text, nested))
        position = nested.patch.end
    parts.append(text.text[position : whole.end])
    rendered = "".join(parts)
    return shift(rendered, whole.indent) if whole.indent else rendered


def _render_patch(text: Text, nested: _Nested) -> str:
    copies = [piece for piece in nested.patch.pieces if isinstance(piece, Copy)]
    for lost in nested.inner:
        if not any(it.start <= lost.patch.start and lost.patch.end <= it.end for it in copies):
            raise _conflict(text, nested.patch, lost.patch, "an edit lies in replaced text")
    return "".join(_render_piece(text, piece, nested.inner) for piece in nested.patch.pieces)


def _render_piece(text: Text, piece: Piece, inner: Sequence[_Nested]) -> str:
    if isinstance(piece, str):
        return piece
    inside = [it for it in inner if piece.start <= it.patch.start and it.patch.end <= piece.end]
    return _render_range(text, piece, inside)


def _conflict(text: Text, one: Patch, other: Patch, reason: str) -> EditConflict:
    place = f"{text.file.path}:{text.line(other.start)}"
    return EditConflict(place, (*one.rules, *other.rules), reason)
