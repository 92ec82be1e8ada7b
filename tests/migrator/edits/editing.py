"""Short ways to write an edit in a test: by the text that it is about."""

import textwrap

from migrator.edits.apply import apply
from migrator.edits.edit import Edit, Operation
from migrator.source.files import SourceFile, decode
from migrator.source.span import Span


def span_of(code: str, snippet: str) -> Span:
    """The span of *snippet* in *code*, at its only (or first) occurrence."""
    start = code.index(snippet)
    return Span(*_position(code, start), *_position(code, start + len(snippet)))


def _position(code: str, offset: int) -> tuple[int, int]:
    before = code[:offset]
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1])


def edit(code: str, snippet: str, operation: Operation, rule: str = "a-rule") -> Edit:
    return Edit("app.py", span_of(code, snippet), operation, rule)


def file_of(code: str) -> SourceFile:
    return decode("app.py", code.encode())


def edited(code: str, *changes: tuple[str, Operation]) -> str:
    """Apply each operation to the text that its snippet names."""
    return apply(file_of(code), [edit(code, *change) for change in changes])


def block(code: str) -> str:
    return textwrap.dedent(code).lstrip("\n")
