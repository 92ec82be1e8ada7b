"""Appends what was seen to one file, from as many processes and threads as there are."""

from __future__ import annotations

import json
import os


class Writer:
    """One line a record, in one write: lines of several processes do not mix.

    See https://pubs.opengroup.org/onlinepubs/9799919799/functions/write.html on ``O_APPEND``.
    """

    def __init__(self, path: str) -> None:
        """Write to the file at *path*."""
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, *record: object) -> None:
        """Append *record* as a JSON list."""
        os.write(self._file, f"{json.dumps(record)}\n".encode())
