"""Pause the garbage collector where nothing becomes garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """Pause the collector, which would walk all syntax trees again and again in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            _count_as_old()
            gc.enable()


def _count_as_old() -> None:
    """Leave what was made meanwhile to the next full collection; the very next one would walk it.

    To thaw what others have frozen would undo their work.
    https://docs.python.org/3/library/gc.html#gc.unfreeze
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
