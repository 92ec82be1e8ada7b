"""Files that tests read and never run: the tests of a linter hold broken Python on purpose."""

from pathlib import Path, PurePosixPath

from migrator.errors import UnreadableSource
from migrator.source.files import SourceFile, read
from migrator.source.parse import parse

_TESTS = frozenset({"test", "tests"})
_DATA = frozenset({"data", "fixtures", "resources", "samples", "test_data", "testdata"})


def read_unless_broken_data(root: str | Path, path: str) -> SourceFile | None:
    """Read one file of the project; ``None`` for data of its tests that is no Python.

    Raises :exc:`migrator.errors.UnreadableSource` where another file cannot be decoded.
    """
    if not _is_data(path):
        return read(root, path)
    try:
        file = read(root, path)
        parse(file)
    except UnreadableSource:
        return None
    return file


def _is_data(path: str) -> bool:
    """Whether the file lies in a folder for data in a folder of tests."""
    folders = PurePosixPath(path).parts[:-1]
    tests = next((place for place, name in enumerate(folders) if name in _TESTS), len(folders))
    return not _DATA.isdisjoint(folders[tests + 1 :])
