"""Tables in Markdown, aligned so that they read well in a terminal too."""

import re
from collections.abc import Sequence

# The bars between cells, not those within one.
_BARS = re.compile(r"(?<!\\)\|")


def markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are figures."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (headers, *rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    rule = [_rule(width, first=not index) for index, width in enumerate(widths)]
    head, *body = [_row(row, widths) for row in cells]
    return "\n".join((head, f"|{'|'.join(rule)}|", *body))


def parse(text: str) -> tuple[list[str], list[list[str]]]:
    """Return the headers and the rows of the first table in `text`, as :func:`markdown` writes."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    first = [_cells(line) for line in lines[: _length(text)]]
    return first[0], first[2:]


def _length(text: str) -> int:
    after = text[text.index("|") :].splitlines()
    return next((index for index, line in enumerate(after) if not line.startswith("|")), len(after))


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _BARS.split(line.strip("|"))]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"


def _rule(width: int, *, first: bool) -> str:
    return f":{'-' * (width + 1)}" if first else f"{'-' * (width + 1)}:"
