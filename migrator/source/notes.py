"""Notes: comments ``# migrator: …`` on lines of their own, above the code that they are about."""

import ast
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from migrator.errors import UnreadableSource
from migrator.source.files import SourceFile, decode
from migrator.source.parse import parse

BRIDGED = "bridged"
LEFT = "left"

_NOTE = re.compile(rf"[ \t\f]*# migrator: (?:{BRIDGED}:|{LEFT}\[)")
_LINES = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WIDTH = 88
_NARROW = 40
"""Characters of text that a note has at least, however far its code is indented."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A file with notes; ``above`` are the lines, as they were, that got a line above each."""

    file: SourceFile
    above: tuple[int, ...] = ()

    def line(self, old: int) -> int:
        """Return what has become of line number *old*."""
        return old + sum(line <= old for line in self.above)


def bridged(reason: str) -> str:
    """Return the note on a function that stays Flask code."""
    return f"{BRIDGED}: {reason}"


def left(rule: str, message: str) -> str:
    """Return the note on what is left to do by hand."""
    return f"{LEFT}[{rule}]: {message}"


def with_notes(file: SourceFile, notes: Mapping[int, Sequence[str]]) -> Noted:
    """Return *file* with *notes*, which are keyed by the line that each is about.

    A note stands above the statement around its line, above its decorators if it has any. Where
    one stands already, none is added: what the user has read, and maybe edited, stays. The file
    comes back as it is where comments would change what it means to Python.
    """
    if not notes:
        return Noted(file)
    lines = _LINES.split(file.text)
    inserted: list[tuple[int, str]] = []
    for line, texts in sorted(_by_statement(file, lines, notes).items()):
        if not _has_note(lines, line):
            inserted += [
                (line, comment) for text in texts for comment in _comment(lines, line, text)
            ]
    return _inserted(file, lines, inserted)


def _by_statement(
    file: SourceFile, lines: Sequence[str], notes: Mapping[int, Sequence[str]]
) -> Mapping[int, list[str]]:
    """Key the notes by the line on which the statement starts that they are about."""
    spans = list(_statements(parse(file), lines))
    found: defaultdict[int, list[str]] = defaultdict(list)
    for line, texts in sorted(notes.items()):
        around = max((start for start, end in spans if start <= line <= end), default=None)
        start = around or min((start for start, _ in spans if start > line), default=None)
        if start is not None:
            found[start] = list(dict.fromkeys([*found[start], *texts]))
    return found


def _statements(tree: ast.Module, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each statement above which a comment may stand."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        decorators = getattr(node, "decorator_list", [])
        start = decorators[0].lineno if decorators else node.lineno
        before = lines[start - 1].encode()[: (decorators or [node])[0].col_offset].strip()
        is_continued = start > 1 and lines[start - 2].rstrip().endswith("\\")
        if before in {b"", b"@"} and not is_continued:
            yield start, node.end_lineno or start


def _has_note(lines: Sequence[str], line: int) -> bool:
    """Whether a note stands in the comment right above *line*."""
    for above in reversed(lines[: line - 1]):
        if not above.lstrip().startswith("#"):
            return False
        if _NOTE.match(above):
            return True
    return False


def _comment(lines: Sequence[str], line: int, text: str) -> Iterator[str]:
    """Yield the lines of the note on *line*: no other comment that tools read may be in it."""
    code = lines[line - 1]
    indent = code[: len(code) - len(code.lstrip(" \t\f"))]
    words = text.replace("# migrator: ", "").replace("#", "")
    width = max(_WIDTH - len(indent.expandtabs(4)), _NARROW)
    for number, part in enumerate(textwrap.wrap(f"migrator: {words}", width - len("# "))):
        yield f"{indent}# {'  ' if number else ''}{part}"


def _inserted(file: SourceFile, lines: Sequence[str], inserted: Sequence[tuple[int, str]]) -> Noted:
    if not inserted:
        return Noted(file)
    found = _LINE_END.search(file.text)
    line_end = found.group() if found else "\n"
    above: defaultdict[int, str] = defaultdict(str)
    for line, comment in inserted:
        above[line] += comment + line_end
    text = "".join(above.get(number, "") + line for number, line in enumerate(lines, start=1))
    writable = text.encode(file.encoding, "backslashreplace").decode(file.encoding)
    try:
        noted = decode(file.path, file.encode(writable))
        same = ast.dump(parse(noted)) == ast.dump(parse(file))
    except UnreadableSource:
        return Noted(file)
    return Noted(noted, tuple(line for line, _ in inserted)) if same else Noted(file)
