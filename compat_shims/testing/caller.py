"""The thread that called the test client works for the request while it waits for the answer."""

from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from compat_shims.worker import Worker


class CallingThread(Worker):
    """A lane's worker whose steps run wherever `run_until` is called.

    Under Flask a view runs in the thread of the test: the test's in-memory SQLite and its
    thread-locals are there. So they are here.
    """

    def __init__(self) -> None:
        """Start without any step."""
        self._steps: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def submit(self, step: Callable[[], None], /) -> None:
        """Have *step* run by the thread that waits, after the steps submitted before it."""
        self._steps.put(step)

    def run_until(self, reached: Callable[[], bool]) -> None:
        """Run steps as they come, until *reached* says after one of them that it is enough."""
        with _not_in_a_loop():
            while not reached():
                self._steps.get()()


@contextmanager
def _not_in_a_loop() -> Iterator[None]:
    # An async test may use the synchronous client: what the request runs in this thread must be
    # free to start a loop of its own. Both names are in asyncio.events.__all__, for event loop
    # implementations: https://github.com/python/cpython/blob/3.13/Lib/asyncio/events.py
    outer = _get_running_loop()
    _set_running_loop(None)
    try:
        yield
    finally:
        _set_running_loop(outer)
