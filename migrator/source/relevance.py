"""Which files of a tree can have to do with a library: the others need no analysis."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    names = _names(files)
    found = _with_imported(files, names, {_top(file) for file in named})
    tops = _with_importing(files, names, found) | {library}
    folders = {_folder(file) for file in files if _top(file) in tops and _is_conftest(file)}
    return tuple(file for file in files if _top(file) in tops or _takes_fixtures(file, folders))


def _names(files: Iterable[SourceFile]) -> Mapping[str, frozenset[str]]:
    """Return by which names each top is imported: a folder of packages by theirs, too.

    ``services/shop/__init__.py`` is ``shop`` where ``services`` is on the path.
    """
    packages = {_folder(file) for file in files if file.path.endswith("/__init__.py")}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in files:
        *folders, last = file.path.removeprefix("src/").removesuffix(".py").split("/")
        above = "src/" if file.path.startswith("src/") else ""
        for name in (*folders, last):
            found[_top(file)].add(name)
            above += name
            if above in packages:
                break
            above += "/"
    return {top: frozenset(found[top]) for top in found}


def _with_imported(
    files: Iterable[SourceFile], names: Mapping[str, frozenset[str]], tops: set[str]
) -> set[str]:
    """Return *tops* with what the files of these packages and scripts import of the others.

    An app beside its ``models.py`` is analysed with it: what its queries do is said there.
    """
    by_top: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file in files:
        by_top[_top(file)].append(file)
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for top, own in names.items():
        for name in own:
            by_name[name].add(top)
    found, waiting = set(tops), list(tops)
    while waiting:
        for file in by_top[waiting.pop()]:
            fresh = {top for name in _imported(file.text) for top in by_name.get(name, ())} - found
            found |= fresh
            waiting.extend(fresh)
    return found


def _with_importing(
    files: Iterable[SourceFile], names: Mapping[str, frozenset[str]], tops: set[str]
) -> set[str]:
    """Return *tops* with the packages and scripts that import them, or import what does."""
    found, fresh = set(tops), set(tops)
    while fresh:
        others = [file for file in files if _top(file) not in found]
        inner = frozenset[str]().union(*(names.get(top, frozenset()) for top in fresh))
        importing = (
            *_importing(others, sorted(fresh)),
            *(file for file in others if not inner.isdisjoint(_imported(file.text))),
        )
        fresh = {_top(file) for file in importing}
        found |= fresh
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
