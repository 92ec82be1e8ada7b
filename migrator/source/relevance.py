"""Which files of a tree can have to do with a library: the others need no analysis."""

import re
from collections.abc import Iterable, Sequence

from migrator.source.files import SourceFile


def related(files: Sequence[SourceFile], library: str) -> tuple[SourceFile, ...]:
    """Return the files that may have to do with *library*, in their order.

    These are all files of the packages and scripts that name it in an import, and the files that
    name one of these packages or scripts, as tests do.
    """
    named = _importing(files, (library,))
    names = {_top(file) for file in named}
    if not names:
        return ()
    tops = names | {library} | {_top(file) for file in _importing(files, sorted(names))}
    return tuple(file for file in files if _top(file) in tops)


def _importing(files: Iterable[SourceFile], names: Iterable[str]) -> tuple[SourceFile, ...]:
    """Return the files that name one of *names* on a line with ``import`` (or in its way)."""
    words = "|".join(map(re.escape, names))
    pattern = re.compile(rf"\b(?:import|from|import_module|__import__)\b[^\n]*\b(?:{words})\b")
    return tuple(file for file in files if pattern.search(file.text))


def _top(file: SourceFile) -> str:
    """Return the first folder of the file, or the name of a script that stands in none."""
    return file.path.removeprefix("src/").partition("/")[0].removesuffix(".py")
