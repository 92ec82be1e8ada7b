"""What a terminal shows: a progress bar for long runs, and whether there are colors."""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from migrator.progress import Progress, silent

Item = TypeVar("Item")

PATIENCE = 1.0
"""Seconds after which a run counts as long."""


@contextmanager
def progress_bar(*, wanted: bool) -> Iterator[Progress]:
    """Show progress on stderr while the block runs, if it is a terminal and the run gets long."""
    if not wanted or not sys.stderr.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Bar(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    started = time.monotonic()

    def show(items: Sequence[Item], doing: str) -> Iterable[Item]:
        task = bar.add_task(doing, total=len(items))
        for item in items:
            if not bar.live.is_started and time.monotonic() - started > PATIENCE:
                bar.start()
            yield item
            bar.advance(task)

    try:
        yield show
    finally:
        bar.stop()


def wants_color(choice: str) -> bool | None:
    """Return whether to color stdout: ``None`` leaves it to what stdout is.

    ``--color`` comes first, then ``NO_COLOR`` and ``FORCE_COLOR``: https://no-color.org and
    https://force-color.org.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None
