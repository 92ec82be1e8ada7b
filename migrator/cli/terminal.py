"""What a terminal shows: a progress bar for long runs, and whether there are colors."""

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
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
    start = threading.Timer(PATIENCE, bar.start)
    start.daemon = True
    start.start()
    try:
        yield partial(_shown, bar)
    finally:
        start.cancel()
        start.join()
        bar.stop()


def _shown(bar: Bar, items: Sequence[Item], doing: str) -> Iterable[Item]:
    for task in bar.task_ids:
        bar.remove_task(task)
    task = bar.add_task(doing, total=len(items))
    for item in items:
        yield item
        bar.advance(task)
    # What follows until the next step cannot be counted.
    bar.update(task, description="Working out what changes", total=None, completed=0)


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
