"""Uploads that Flask code has parsed: async code awaits their `save`, as that of Quart's.

A form of Flask-WTF is filled on the Flask side, so `form.cover.data` is Werkzeug's. An async view
says ``await form.cover.data.save(path)``, as it does of what it has from Quart's request.
"""

import os
from typing import IO, Any

from werkzeug.datastructures import FileStorage, MultiDict

from compat_shims.lane import offload, on_event_loop

__all__ = ["SharedFile", "share_files"]


class SharedFile(FileStorage):
    """An upload that is saved at once in synchronous code, and in the lane if awaited."""

    def save(
        self, dst: str | os.PathLike[str] | IO[bytes], buffer_size: int = 16384
    ) -> Any:  # Werkzeug's returns None
        """Save the file to *dst*; on the event loop, return what saves it when it is awaited."""
        if on_event_loop():
            return offload(super().save, dst, buffer_size)
        return super().save(dst, buffer_size)


def share_files(files: MultiDict[str, FileStorage]) -> None:
    """Make each of *files*, as Werkzeug has parsed them, one that async code can save."""
    for named in files.listvalues():
        for file in named:
            if type(file) is FileStorage:
                file.__class__ = SharedFile
