"""Keep two runs off one project: a second run waits for the first."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`; on Windows, where the suites do not run, there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415  Windows has no such module

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
