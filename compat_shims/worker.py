"""Threads that run what lanes hand to them, step by step."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

from compat_shims.greenlets import keeping_greenlets

__all__ = ["ThreadWorker", "Worker"]


class Worker(Protocol):
    """A thread that a lane hands work to."""

    def submit(self, step: Callable[[], None], /) -> None:
        """Run *step* in the worker's thread, after the steps submitted before it."""


class _Thread(threading.Thread):
    """A thread that whoever joins it wants to end: tests join every thread that there is."""

    def __init__(self, target: Callable[[], None], name: str, retire: Callable[[], None]) -> None:
        # A daemon, so that a process can end while one is blocked.
        super().__init__(target=target, name=name, daemon=True)
        self._retire = retire

    def join(self, timeout: float | None = None) -> None:
        self._retire()
        super().join(timeout)


class ThreadWorker:
    """A worker with a thread of its own."""

    def __init__(self, name: str, retire: "Callable[[ThreadWorker], None]") -> None:
        """Start the thread; *retire* is called when somebody wants to wait for its end."""
        self._steps: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = _Thread(self._work, name, lambda: retire(self))
        self._thread.start()

    def submit(self, step: Callable[[], None], /) -> None:
        """Run *step* in the thread, after the steps submitted before it."""
        self._steps.put(step)

    def stop(self) -> None:
        """End the thread after the steps submitted so far."""
        self._steps.put(None)

    def _work(self) -> None:
        with keeping_greenlets():
            while (step := self._steps.get()) is not None:
                step()
                del step  # An idle thread must not keep the last request alive.
