"""Files of Python 2 that lie beside an app, as old scripts and downloads do."""

import re
from collections.abc import Sequence

from migrator.errors import UnreadableSource
from migrator.findings import Finding
from migrator.source.files import SourceFile
from migrator.source.parse import parse
from migrator.source.span import Location, Span

RULE = "python-2"

_SIGNS = re.compile(r"(?m)^[ \t]*(?:(?:print|exec)[ \t]+[^\s(=.]|except[ \t]+[\w.]+[ \t]*,)")
_FLASK = re.compile(r"\bflask\b")
_REASONS = ("Missing parentheses in call to", "multiple exception types must be parenthesized")
"""What CPython says of the statements of Python 2."""


def set_aside(files: Sequence[SourceFile]) -> tuple[list[SourceFile], tuple[Finding, ...]]:
    """Return *files* without those of Python 2, and a finding for each of these.

    Python 3 cannot run them, so they are no part of the app. One that names Flask is kept, and so
    is one that nothing stands beside: there, the error is what the user has to know.
    """
    kept: list[SourceFile] = []
    found: list[Finding] = []
    for file in files:
        error = _error_of_python_2(file)
        if error is None:
            kept.append(file)
        else:
            found.append(_finding(error))
    return (kept, tuple(found)) if kept else (list(files), ())


def _error_of_python_2(file: SourceFile) -> UnreadableSource | None:
    if not _SIGNS.search(file.text) or _FLASK.search(file.text):
        return None
    try:
        parse(file)
    except UnreadableSource as error:
        return error if any(reason in error.reason for reason in _REASONS) else None
    return None


def _finding(error: UnreadableSource) -> Finding:
    place = Span(error.line, error.column, error.line, error.column)
    return Finding(
        RULE,
        Location(error.path, place),
        "a file of Python 2 was left as it is",
        "Python 3 cannot run it, so it is no part of the app.",
        f"Nothing, or leave it out with `--exclude {error.path}`.",
    )
