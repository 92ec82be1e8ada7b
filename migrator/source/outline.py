"""Which function a line of text stands in, by indentation: also where the text is no Python."""

import re
from collections.abc import Sequence

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEADER = re.compile(r"[ \t]*(?:async[ \t]+)?(?P<kind>def|class)[ \t]+(?P<name>\w+)")


def function_at(text: str, line: int) -> str:
    """Return the qualified name of the outermost function around *line*, counted from 1.

    A decorator belongs to what it decorates. The name is empty at module or class level.
    """
    headers = _headers_around(_LINE_END.split(text), line - 1)
    for position, header in enumerate(headers):
        if header["kind"] == "def":
            return ".".join(outer["name"] for outer in headers[: position + 1])
    return ""


def _headers_around(lines: Sequence[str], index: int) -> list[re.Match[str]]:
    """Return the ``def`` and ``class`` lines around a line, itself included, outermost first."""
    found: list[re.Match[str]] = []
    limit: int | None = None
    for above in reversed(lines[: _past_decorators(lines, index) + 1]):
        header = _HEADER.match(above)
        if limit is None and above.strip():
            limit = _indent(above) + (1 if header else 0)
        if header and limit is not None and _indent(above) < limit:
            limit = _indent(above)
            found.append(header)
    return found[::-1]


def _past_decorators(lines: Sequence[str], index: int) -> int:
    while index < len(lines) - 1 and lines[index].lstrip().startswith("@"):
        index += 1
    return index


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
