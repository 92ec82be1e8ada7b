"""Putting ``# migrator: keep[make-async]`` on functions: they stay Flask code from then on."""

import ast
import re
from collections.abc import Container, Iterator
from dataclasses import replace

from migrator.errors import UnreadableSource
from migrator.source.files import SourceFile
from migrator.source.parse import parse
from migrator.source.span import Span
from migrator.source.suppressions import find_suppressions

_COMMENT = "  # migrator: keep[make-async]"
_RULE = "make-async"
_LINES = re.compile(r"(\r\n|\r|\n)")


def outer_functions(file: SourceFile) -> dict[str, list[int]]:
    """Return the lines of ``def`` of each function that stands in no other, by qualified name."""
    found: dict[str, list[int]] = {}
    for name, line in _functions(parse(file), ""):
        found.setdefault(name, []).append(line)
    return found


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield prefix + name, child.lineno
            case ast.ClassDef(name=name):
                yield from _functions(child, f"{prefix}{name}.")
            case ast.stmt() | ast.ExceptHandler() | ast.match_case():
                yield from _functions(child, prefix)
            case _:
                pass


def keep(file: SourceFile, names: Container[str]) -> SourceFile:
    """Return *file* with the comment on each outer function called one of *names*.

    The file comes back as it is where they have the comment, or where no comment can stand.
    """
    suppressions = find_suppressions(file)
    wanted = {
        line
        for name, lines in outer_functions(file).items()
        for line in lines
        if name in names and not suppressions.keeps(_RULE, Span(line, 0, line, 0))
    }
    kept = replace(file, text=_commented(file.text, wanted))
    try:
        parse(kept)
    except UnreadableSource:
        return file
    return kept


def _commented(text: str, wanted: Container[int]) -> str:
    parts = _LINES.split(text)
    lines, ends = parts[::2], [*parts[1::2], ""]
    numbered = zip(range(1, len(lines) + 1), lines, ends, strict=True)
    return "".join(f"{it}{_COMMENT if n in wanted else ''}{end}" for n, it, end in numbered)
