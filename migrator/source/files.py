"""Reading Python files without losing anything: encodings, BOM, line ends and columns."""

import codecs
import io
import os
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from migrator.errors import UnreadableSource
from migrator.source.span import Location, Positioned, Span

LEFT_OUT = frozenset(
    {"__pycache__", "__pypackages__", "build", "dist", "env", "node_modules", "site-packages"}
)
"""Folders that hold no code of the project; hidden folders and environments are left out too."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_UTF16_OR_32 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One Python file: ``path`` is relative to the project's root, with forward slashes.

    ``text`` is decoded, without BOM, with the line ends that stand in the file. ``wide_lines``
    holds, encoded as UTF-8, the lines that are not ASCII: only there do the byte columns of
    ``ast`` differ from columns in characters.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    has_bom: bool = False
    wide_lines: Mapping[int, bytes] = field(default_factory=dict, repr=False, compare=False)

    def column(self, line: int, byte_column: int) -> int:
        """Turn a column in UTF-8 bytes (as ``ast`` counts) into one in characters."""
        wide = self.wide_lines.get(line)
        return byte_column if wide is None else len(wide[:byte_column].decode("utf-8", "replace"))

    def span(self, node: Positioned) -> Span:
        """Return where *node* of this file's syntax tree stands."""
        end_line = node.end_lineno or node.lineno
        end_column = node.col_offset if node.end_col_offset is None else node.end_col_offset
        return Span(
            node.lineno,
            self.column(node.lineno, node.col_offset),
            end_line,
            self.column(end_line, end_column),
        )

    def location(self, node: Positioned) -> Location:
        """Return where *node* stands, with the file's path."""
        return Location(self.path, self.span(node))

    def encode(self, text: str) -> bytes:
        """Encode *text* as this file is encoded, with its BOM if it has one."""
        return (codecs.BOM_UTF8 if self.has_bom else b"") + text.encode(self.encoding)


def discover(root: str | Path, exclude: Iterable[str] = ()) -> tuple[str, ...]:
    """List the Python files under *root*, sorted, relative to it, with forward slashes.

    ``exclude`` are globs; a file or folder is left out if its name or its path matches one. Where
    *root* is a file, it is the only one listed.
    """
    if Path(root).is_file():
        return (Path(root).name,)
    return tuple(sorted(_python_files(str(root), "", tuple(exclude))))


def _python_files(root: str, folder: str, exclude: tuple[str, ...]) -> Iterator[str]:
    with os.scandir(Path(root, folder)) as entries:
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if any(fnmatch(path, glob) or fnmatch(entry.name, glob) for glob in exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                if not _left_out(entry):
                    yield from _python_files(root, path, exclude)
            elif entry.name.endswith(".py") and entry.is_file():
                yield path


def _left_out(folder: os.DirEntry[str]) -> bool:
    return (
        folder.name in LEFT_OUT
        or folder.name.startswith(".")
        or Path(folder.path, "pyvenv.cfg").exists()
    )


def read(root: str | Path, path: str) -> SourceFile:
    """Read one file of the project.

    Raises :exc:`migrator.errors.UnreadableSource` if it cannot be read or decoded as Python
    would (https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations).
    """
    base = Path(root)
    try:
        data = (base if base.is_file() else base / path).read_bytes()
    except OSError as error:
        raise UnreadableSource(path, 1, 0, error.strerror or str(error)) from error
    return decode(path, data)


def decode(path: str, data: bytes) -> SourceFile:
    """Decode the content of a Python file: cookie, BOM, UTF-8 otherwise.

    Raises :exc:`migrator.errors.UnreadableSource` where Python would refuse the file.
    """
    if data.startswith(_UTF16_OR_32):
        raise UnreadableSource(path, 1, 0, "the file is UTF-16 or UTF-32; save it as UTF-8")
    if b"\0" in data:
        line, column = _position(data, data.index(b"\0"))
        raise UnreadableSource(path, line, column, "the file contains a null byte")
    encoding = _declared_encoding(path, data)
    has_bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if has_bom else data
    text = _decoded(path, body, encoding)
    return SourceFile(path, text, encoding, has_bom, _wide_lines(text))


def _declared_encoding(path: str, data: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise UnreadableSource(path, 1, 0, str(error.msg)) from error
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _decoded(path: str, body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = _position(body, error.start)
        reason = f"byte 0x{body[error.start]:02x} is not {encoding}; declare the file's encoding"
        raise UnreadableSource(path, line, column, reason) from error
    except (LookupError, ValueError) as error:
        raise UnreadableSource(path, 1, 0, str(error)) from error


def _position(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1)


def _wide_lines(text: str) -> Mapping[int, bytes]:
    if text.isascii():
        return {}
    lines = enumerate(_LINE_END.split(text), start=1)
    return {number: line.encode("utf-8", "replace") for number, line in lines if not line.isascii()}
