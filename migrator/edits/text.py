"""The text of a file by offsets: lines, indentation, line ends, comments."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from migrator.source.files import SourceFile
from migrator.source.span import Positioned, Span

LINE_END = re.compile(r"\r\n|\r|\n")
_BLANKS = " \t\f\\"


@dataclass(frozen=True)
class Text:
    """A file's text, addressed by offsets in characters from its beginning."""

    file: SourceFile

    @property
    def text(self) -> str:
        """The whole text."""
        return self.file.text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_END.finditer(self.text))]

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses first; a line feed if it has none."""
        found = LINE_END.search(self.text)
        return found.group() if found else "\n"

    def offset(self, line: int, column: int) -> int:
        """Turn a line (from 1) and a column in characters (from 0) into an offset."""
        return self._starts[line - 1] + column

    def span(self, span: Span) -> tuple[int, int]:
        """Return the offsets at which *span* starts and ends."""
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)

    def range(self, node: Positioned) -> tuple[int, int]:
        """Return the offsets at which *node* starts and ends."""
        return self.span(self.file.span(node))

    def line(self, offset: int) -> int:
        """Return the number of the line that holds *offset*, from 1."""
        return bisect_right(self._starts, offset)

    def line_start(self, offset: int) -> int:
        """Return the offset at which the line of *offset* starts."""
        return self._starts[self.line(offset) - 1]

    def line_end(self, offset: int) -> int:
        """Return the offset at which the line of *offset* ends, before its line end."""
        found = LINE_END.search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """Return the offset at which the next line starts (the text's end after the last)."""
        found = LINE_END.search(self.text, offset)
        return found.end() if found else len(self.text)

    def indentation(self, offset: int) -> str:
        """Return the blanks at the start of the line of *offset*."""
        start = self.line_start(offset)
        found = re.compile(r"[ \t\f]*").match(self.text, start)
        return found.group() if found else ""

    def starts_line(self, offset: int) -> bool:
        """Whether only blanks stand before *offset* on its line."""
        return not self.text[self.line_start(offset) : offset].strip()

    def ends_line(self, offset: int) -> bool:
        """Whether only blanks and a comment follow *offset* on its line."""
        rest = self.text[offset : self.line_end(offset)].strip()
        return not rest or rest.startswith("#")

    def code_from(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """Yield offset and character of what is neither blank nor comment.

        The range must hold punctuation only: a string in it would be taken apart.
        """
        position = start
        while position < end:
            char = self.text[position]
            if char == "#":
                position = self.line_end(position)
            elif char in _BLANKS or char in "\r\n":
                position += 1
            else:
                yield position, char
                position += 1
