"""Which files of a tree can have to do with a library: the others need no analysis."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from migrator.source.files import SourceFile

_IMPORT = re.compile(r"(?m)^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([^\n#;]+))")


def related(files: Sequence[SourceFile], library: str) -> tuple[SourceFile, ...]:
    """Return the files that may have to do with *library*, in their order.

    These are all files of the packages and scripts that name it in an import, of those that they
    import, and of those that name one of these, as tests do, through any number of others. A test
    need not name what the fixtures of a ``conftest.py`` above it give it.
    """
    named = _importing(files, (library,))
    if not named:
        return ()
    names = _with_imported(files, {_top(file) for file in named})
    tops = _with_importing(files, names) | {library}
    folders = {_folder(file) for file in files if _top(file) in tops and _is_conftest(file)}
    return tuple(file for file in files if _top(file) in tops or _takes_fixtures(file, folders))


def _with_imported(files: Iterable[SourceFile], names: set[str]) -> set[str]:
    """Return *names* with what the files of these packages and scripts import of the others.

    An app beside its ``models.py`` is analysed with it: what its queries do is said there.
    """
    by_top: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        by_top[_top(file)].append(file)
    found, waiting = set(names), list(names)
    while waiting:
        for file in by_top[waiting.pop()]:
            fresh = {name for name in _imported(file.text) if name in by_top} - found
            found |= fresh
            waiting.extend(fresh)
    return found


def _imported(text: str) -> Iterator[str]:
    """Yield the first part of each absolute name that is imported."""
    for source, names in _IMPORT.findall(text):
        for name in [source] if source else names.split(","):
            yield name.strip().partition(" ")[0].partition(".")[0]


def _importing(files: Iterable[SourceFile], names: Iterable[str]) -> tuple[SourceFile, ...]:
    """Return the files that name one of *names* on a line with ``import`` (or in its way)."""
    words = "|".join(map(re.escape, names))
    pattern = re.compile(rf"\b(?:import|from|import_module|__import__)\b[^\n]*\b(?:{words})\b")
    return tuple(file for file in files if pattern.search(file.text))


def _with_importing(files: Iterable[SourceFile], names: set[str]) -> set[str]:
    """Return *names* with the packages and scripts that import them, or import what does."""
    found, fresh = set(names), set(names)
    while fresh:
        others = [file for file in files if _top(file) not in found]
        fresh = {_top(file) for file in _importing(others, sorted(fresh))}
        found |= fresh
    return found


def _is_test(file: SourceFile) -> bool:
    name = file.path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py")


def _is_conftest(file: SourceFile) -> bool:
    return file.path.rpartition("/")[2] == "conftest.py"


def _folder(file: SourceFile) -> str:
    return file.path.rpartition("/")[0]


def _takes_fixtures(file: SourceFile, folders: Iterable[str]) -> bool:
    """Whether the file is one of tests below one of *folders*.

    https://docs.pytest.org/en/stable/explanation/goodpractices.html#conventions-for-python-test-discovery
    """
    return _is_test(file) and any(not it or file.path.startswith(f"{it}/") for it in folders)


def _top(file: SourceFile) -> str:
    """Return the first folder of the file, or the name of a script that stands in none."""
    return file.path.removeprefix("src/").partition("/")[0].removesuffix(".py")
