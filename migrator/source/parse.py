"""Parsing a file into ``ast``, with errors that name the place."""

import ast
import warnings

from migrator.errors import UnreadableSource
from migrator.source.files import SourceFile


def parse(file: SourceFile) -> ast.Module:
    """Parse *file*.

    Raises :exc:`migrator.errors.UnreadableSource` on a syntax error, or where the code is nested
    too deeply for Python's parser.
    """
    try:
        with warnings.catch_warnings():
            # Warnings about the user's escapes and comparisons are not ours to print.
            warnings.simplefilter("ignore")
            return ast.parse(file.text)
    except SyntaxError as error:
        line, column = error.lineno or 1, (error.offset or 1) - 1
        reason = f"syntax error: {error.msg}"
        raise UnreadableSource(file.path, line, max(column, 0), reason) from error
    except (RecursionError, MemoryError, ValueError) as error:
        reason = str(error) or "the code is nested too deeply to be parsed"
        raise UnreadableSource(file.path, 1, 0, reason) from error
