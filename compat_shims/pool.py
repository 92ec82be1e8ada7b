"""Threads to lease, and the bounded queue of those who wait for one."""

import asyncio
import threading
import time
import weakref
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from compat_shims.errors import QueueFullError, QueueTimeoutError
from compat_shims.options import Options
from compat_shims.worker import ThreadWorker, Worker

__all__ = ["Pool"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a pool has done since it was made."""

    leases: int = 0
    refused: int = 0
    jobs: int = 0
    hops: int = 0
    wait_seconds: float = 0.0
    run_seconds: float = 0.0


Take = Callable[[Worker], bool]
"""Takes a thread, in whichever thread has it to give; False where it is not wanted any more."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """Somebody waits for a thread, since a moment of `time.perf_counter`."""

    take: Take
    since: float


def _stop_all(workers: list[ThreadWorker]) -> None:
    for worker in workers:
        worker.stop()


class Pool:
    """At most `Options.max_threads` threads, started when first needed, leased to one lane each.

    A pool serves several event loops at once (each test client has its own), and a thread that has
    done its work goes to who has waited longest without a detour through any loop: so its state is
    behind a lock.
    """

    def __init__(self, options: Options) -> None:
        """Start empty; *options* bound the threads and the queue."""
        self.options = options
        self._lock = threading.Lock()
        self._idle: list[ThreadWorker] = []
        # A thread waits for work for ever: it has to end with the last app that could give it any.
        weakref.finalize(self, _stop_all, self._idle)
        self._leased: set[ThreadWorker] = set()
        self._claims: deque[_Claim] = deque()
        self._draining: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._started = 0
        self._counted: defaultdict[str, float] = defaultdict(float)
        self._spare: ThreadWorker | None = None
        self._retiring: weakref.WeakSet[ThreadWorker] = weakref.WeakSet()

    @property
    def threads(self) -> int:
        """Threads that exist now."""
        return len(self._idle) + len(self._leased)

    @property
    def leased(self) -> int:
        """Threads that belong to a lane now."""
        return len(self._leased)

    @property
    def waiting(self) -> int:
        """Requests that wait for a thread now."""
        return len(self._claims)

    @property
    def counts(self) -> "Counts":
        """What the pool has done since it was made."""
        with self._lock:
            return Counts(
                leases=int(self._counted["leases"]),
                refused=int(self._counted["refused"]),
                jobs=int(self._counted["jobs"]),
                hops=int(self._counted["hops"]),
                wait_seconds=self._counted["wait_seconds"],
                run_seconds=self._counted["run_seconds"],
            )

    def count_job(self, hops: int, run_seconds: float) -> None:
        """Count a job that has ended."""
        counted = self._counted
        with self._lock:
            counted["jobs"] += 1
            counted["hops"] += hops
            counted["run_seconds"] += run_seconds

    def lease(self, take: Take) -> bool:
        """Give a thread to *take*, to be given back with `give_back`; False if it has to wait.

        Raises `QueueFullError`.
        """
        with self._lock:
            worker = self._free()
            if worker is None:
                self._queue(take)
                return False
            self._counted["leases"] += 1
        return take(worker)

    def withdraw(self, take: Take) -> None:
        """Let *take* wait no more; it may be called all the same, if it was its turn just now."""
        with self._lock:
            for claim in self._claims:
                if claim.take == take:
                    self._claims.remove(claim)
                    self._counted["wait_seconds"] += time.perf_counter() - claim.since
                    return

    def timed_out(self) -> QueueTimeoutError:
        """Return the error of somebody who has waited too long, and count it."""
        with self._lock:
            self._counted["refused"] += 1
        return QueueTimeoutError(self._why_timeout())

    def give_back(self, worker: Worker) -> None:
        """Take *worker* back and hand it to the request that has waited longest."""
        if not isinstance(worker, ThreadWorker):
            return
        while (claim := self._next_claim_or_idle(worker)) is not None:
            if claim.take(worker):
                with self._lock:
                    self._counted["leases"] += 1
                return

    def spare(self) -> Worker:
        """Return the one thread outside the limit: it tears down requests that got no lease."""
        with self._lock:
            if self._spare is None:
                self._spare = self._start_thread()
                weakref.finalize(self, self._spare.stop)
            return self._spare

    async def all_back(self) -> None:
        """Wait until no lane holds a thread any more."""
        loop = asyncio.get_running_loop()
        everything_back = asyncio.Event()
        with self._lock:
            if not self._leased:
                return
            self._draining.append((loop, everything_back))
        await everything_back.wait()

    def stop_idle_threads(self) -> None:
        """End the threads that no lane holds; a later lease starts a new one."""
        with self._lock:
            ending = self._idle.copy()
            self._idle.clear()  # The finalizer holds this very list.
            if self._spare is not None:
                ending.append(self._spare)
                self._spare = None
        for worker in ending:
            worker.stop()

    def retire(self, worker: ThreadWorker) -> None:
        """End the thread of *worker* as soon as no lane holds it."""
        with self._lock:
            if worker in self._leased:
                self._retiring.add(worker)
                return
            if worker in self._idle:
                self._idle.remove(worker)
            elif worker is self._spare:
                self._spare = None
        worker.stop()

    def _free(self) -> ThreadWorker | None:
        if self._idle:
            worker = self._idle.pop()
        elif len(self._leased) < self.options.max_threads:
            worker = self._start_thread()
        else:
            return None
        self._leased.add(worker)
        return worker

    def _start_thread(self) -> ThreadWorker:
        self._started += 1
        # A thread must not keep its pool, which ends it.
        pool = weakref.ref(self)

        def retire(worker: ThreadWorker) -> None:
            if (mine := pool()) is not None:
                mine.retire(worker)

        return ThreadWorker(f"compat_shims-{self._started}", retire)

    def _queue(self, take: Take) -> None:
        if len(self._claims) >= self.options.queue_limit:
            self._counted["refused"] += 1
            raise QueueFullError(self._why_full(), retry_after=1)
        self._claims.append(_Claim(take, time.perf_counter()))

    def _next_claim_or_idle(self, worker: ThreadWorker) -> _Claim | None:
        with self._lock:
            if self._claims:
                claim = self._claims.popleft()
                self._counted["wait_seconds"] += time.perf_counter() - claim.since
                return claim
            self._leased.discard(worker)
            if worker in self._retiring:
                worker.stop()
            else:
                self._idle.append(worker)
            if not self._leased:
                self._tell_drained()
            return None

    def _tell_drained(self) -> None:
        for loop, everything_back in self._draining:
            try:
                loop.call_soon_threadsafe(everything_back.set)
            except RuntimeError:  # Its loop was closed: nobody waits any more.
                continue
        self._draining.clear()

    def _why_full(self) -> str:
        return (
            f"{self._load()}, and Options.queue_limit lets no more wait: "
            "raise Options.max_threads or shorten what runs in lanes"
        )

    def _why_timeout(self) -> str:
        return (
            f"no thread came free within {self.options.queue_timeout:g} s "
            f"(Options.queue_timeout): {self._load()}; raise Options.max_threads, shorten what "
            "runs in lanes, or look for a request that waits for another one of the same app"
        )

    def _load(self) -> str:
        return (
            f"{self.leased} of {self.options.max_threads} threads are leased "
            f"and {self.waiting} requests wait"
        )
