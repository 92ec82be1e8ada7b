"""Where something stands in a file: the key between syntax, edits and reports."""

from typing import NamedTuple, Protocol


class Positioned(Protocol):
    """A syntax node with a position, as every expression and statement of ``ast`` is."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


class Span(NamedTuple):
    """A range of text: lines from 1, columns from 0 in characters, the end exclusive.

    ``ast`` counts columns in UTF-8 bytes, so whoever makes a span from an ``ast`` node converts
    them (see :mod:`migrator.source.files`).
    """

    line: int
    column: int
    end_line: int
    end_column: int

    def contains(self, other: "Span") -> bool:
        """Whether *other* lies inside this span (equal spans contain each other)."""
        return self[:2] <= other[:2] and other[2:] <= self[2:]


class Location(NamedTuple):
    """A span in a file: ``path`` is relative to the project's root, with forward slashes."""

    path: str
    span: Span

    def __str__(self) -> str:
        """Render as ``path:line``, the form that editors open."""
        return f"{self.path}:{self.span.line}"
