"""Greenlets that a thread uses again: to make one costs as much as half a trip to a lane.

Only a thread that ends them before it ends itself keeps any: a greenlet that outlives its thread
can never be collected (https://greenlet.readthedocs.io/en/latest/greenlet_gc.html).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context

from greenlet import getcurrent, greenlet

__all__ = ["keeping_greenlets", "run_in_greenlet"]

Work = Callable[[], greenlet]
"""What a greenlet runs; it returns the greenlet that goes on then."""

_thread = threading.local()


@contextmanager
def keeping_greenlets() -> Iterator[None]:
    """Let this thread keep its greenlets until the block ends."""
    idle: list[_Kept] = []
    _thread.main, _thread.idle = getcurrent(), idle
    try:
        yield
    finally:
        del _thread.main, _thread.idle
        for kept in idle:
            kept.itself.throw()


def run_in_greenlet(work: Work, context: Context) -> None:
    """Run *work* in a greenlet and in *context*, until it ends or switches away.

    Not `Context.run`: it would refuse a context in which a greenlet that waits is already.
    """
    idle: list[_Kept] | None = getattr(_thread, "idle", None)
    if idle is None:
        chosen = greenlet(work)
    else:
        kept = idle.pop() if idle else _Kept(_thread.main, idle)
        kept.work = work
        chosen = kept.itself
    chosen.gr_context = context
    chosen.switch()


class _Kept:
    """A greenlet that runs one work after the other, and is idle in between."""

    __slots__ = ("_idle", "itself", "work")

    def __init__(self, main: greenlet, idle: list["_Kept"]) -> None:
        self._idle = idle
        # An argument of its own would live as long as the greenlet.
        self.work: Work | None = None
        self.itself = greenlet(self._run_each, main)

    def _run_each(self) -> None:
        while self.work is not None:
            work, self.work = self.work, None
            after = work()
            del work  # An idle thread must not keep the last request alive.
            self.itself.gr_context = None
            self._idle.append(self)
            after.switch()
