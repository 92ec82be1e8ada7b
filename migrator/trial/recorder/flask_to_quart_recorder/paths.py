"""Which files are the project's."""

from __future__ import annotations

import os
from collections.abc import Iterable


class Paths:
    """Tells the project's own Python files, as the migrator lists them, from all others.

    *original* is the project itself where the tests run in a copy of it, else empty.
    """

    def __init__(self, root: str, files: Iterable[str], original: str) -> None:
        """Take *files*, relative to *root*, for the project's."""
        self._root = os.path.realpath(root)
        self._original = os.path.realpath(original) if original else ""
        self._files = frozenset(files)
        self._known: dict[str, str] = {}

    def own(self, filename: str) -> str:
        """Return the path of the project's file *filename*, relative to its root, else nothing."""
        found = self._known.get(filename)
        if found is None:
            found = self._known[filename] = self._below(self._root, filename)
        return found

    def original(self, filename: str) -> str:
        """Return the path of *filename* if it is the original of one of the project's files."""
        return self._below(self._original, filename) if self._original else ""

    def _below(self, root: str, filename: str) -> str:
        real = os.path.realpath(filename)
        if not real.startswith(root + os.sep):
            return ""
        path = real[len(root) + 1 :].replace(os.sep, "/")
        return path if path in self._files else ""
