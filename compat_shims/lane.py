"""Lanes: the one thread, and the one context, in which a request's synchronous code runs.

A lane leases its thread when it is first needed. What runs there are jobs: see `compat_shims.job`
for the way between the loop and the thread.
"""

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import partial
from typing import Any, ParamSpec, TypeVar, overload

from compat_shims.errors import NotInLaneError
from compat_shims.job import Job, running_job
from compat_shims.options import Options
from compat_shims.pool import Pool
from compat_shims.variables import Variables
from compat_shims.worker import Worker

__all__ = [
    "Lane",
    "Worker",
    "current_lane",
    "finish",
    "hop",
    "hop_uncut",
    "in_lane",
    "is_cancelled",
    "offload",
]

P = ParamSpec("P")
T = TypeVar("T")

current_lane: ContextVar["Lane | None"] = ContextVar("compat_shims.lane", default=None)
"""The lane of the request (or app context) that runs now."""


class Lane:
    """All synchronous code of one request, in one thread of *pool* and one context.

    The thread is leased when first needed and given back by `close`; without *affinity*, each
    call leases a thread for itself. A *worker* that is passed in takes the place of all of them
    and is never given back to the pool.

    The loop starts jobs, and the thread ends them and gives itself back: what both change is
    behind a lock.
    """

    def __init__(self, pool: Pool, worker: Worker | None = None, *, affinity: bool = True) -> None:
        """Copy the running context; lease nothing yet."""
        self.pool = pool
        self.affinity = worker is not None or (affinity and pool.options.affinity)
        self.context = contextvars.copy_context()
        self.variables = Variables()  # of the loop, taken over in the lane
        self.loop_variables = Variables()  # of the lane, taken over in the loop
        self.closed = False
        self._lock = threading.Lock()
        self._worker = worker
        self._leased = False
        self._pending: list[Job] = []
        self._running = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, call: Callable[[], T]) -> T:
        """Run *call* in the lane's thread and return what it returns.

        A thread cannot be interrupted: when the waiting task is cancelled, the thread's work is
        awaited all the same and `CancelledError` is raised afterwards.
        """
        self._loop = asyncio.get_running_loop()
        return await Job(self, call).drive()  # type: ignore[no-any-return]

    @property
    def worker(self) -> Worker | None:
        """The thread that the lane holds now."""
        return self._worker

    def serves_this_loop(self) -> bool:
        """Tell whether the running loop may use the lane.

        Code in a lane that starts a loop of its own (``asyncio.run``) blocks the lane's thread
        until that loop ends: it would wait for itself.
        """
        own = self._loop
        return own is None or own is asyncio.get_running_loop() or own.is_closed()

    def use_spare_thread(self) -> None:
        """Let what still has to run for a request that never got a lease run nevertheless."""
        with self._lock:
            if self._worker is None:
                self._begin_pending_in(self.pool.spare())
        self.pool.withdraw(self._take)

    def begin_here(self) -> None:
        """Copy the running context anew: what was set in it meanwhile need not be taken over."""
        self.context = contextvars.copy_context()

    def close(self) -> None:
        """Give the thread back as soon as nothing runs in it any more; any thread may say so."""
        with self._lock:
            self.closed = True
            worker = self._let_go()
        if worker is not None:
            self.pool.give_back(worker)

    # What jobs ask.

    def start(self, job: Job) -> bool:
        """Begin *job* in the lane's thread; False if it has to wait for one.

        Raises `QueueFullError`.
        """
        with self._lock:
            self._running += 1
            if self._worker is not None:
                job.begin_in(self._worker)
                return True
            self._pending.append(job)
            if len(self._pending) > 1:
                return False
        try:
            return self.pool.lease(self._take)
        except Exception:  # The queue is full, or the system lets no more threads start.
            self.withdraw(job)
            raise

    def withdraw(self, job: Job) -> bool:
        """Let *job* wait no more; False if it has begun."""
        with self._lock:
            if job not in self._pending:
                return False
            self._pending.remove(job)
            self._running -= 1
            nobody_waits = not self._pending
        if nobody_waits:
            self.pool.withdraw(self._take)
        return True

    def ended(self) -> None:
        """Take note, in the lane's thread, that a job has ended."""
        with self._lock:
            self._running -= 1
            worker = self._let_go()
        if worker is not None:
            self.pool.give_back(worker)

    def _take(self, worker: Worker) -> bool:
        """Begin in *worker* what waits; False if nothing does, or its loop has gone."""
        with self._lock:
            waiting = [job for job in self._pending if not job.loop.is_closed()]
            self._running -= len(self._pending) - len(waiting)
            self._pending = waiting
            if not waiting:
                return False
            self._leased = True
            self._begin_pending_in(worker)
            return True

    def _begin_pending_in(self, worker: Worker) -> None:
        self._worker = worker
        for job in self._pending:
            job.begin_in(worker)
        self._pending = []

    def _let_go(self) -> Worker | None:
        """Return the thread that is to be given back now."""
        if not self.closed or self._running or self._worker is None:
            return None
        leased, self._leased = self._leased, False
        worker, self._worker = self._worker, None
        return worker if leased else None


def on_event_loop() -> bool:
    """Tell whether the caller runs on an event loop, where it must not wait: not in a lane."""
    if in_lane():
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def in_lane() -> bool:
    """Tell whether the caller runs in the thread of a lane."""
    return running_job() is not None


def is_cancelled() -> bool:
    """Tell, in a lane, whether the task that waits for it was cancelled."""
    job = running_job()
    return job is not None and job.is_cancelled


def finish() -> None:
    """From here on, in a lane, run what hops although the task that waits is, or was, cancelled.

    A hop that a cancellation cuts short returns None.
    """
    job = running_job()
    if job is not None:
        job.finishing = True


@overload
async def offload(fn: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


@overload
async def offload(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


async def offload(fn: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Any:
    """Run the blocking *fn* in the request's lane and return what it returns.

    A coroutine that it returns is awaited, on the event loop: *fn* may end in
    ``return page()``, where `page` is async.

    Outside any request, and in tasks that outlive theirs, a thread is leased for this one call.
    Context variables cross both ways; exceptions keep their traceback. Raises
    `compat_shims.errors.PoolExhaustedError` when no thread comes free.
    """
    call = partial(fn, *args, **kwargs)
    lane = current_lane.get()
    if lane is None or lane.closed or not lane.affinity or not lane.serves_this_loop():
        lane = Lane(lane.pool if lane is not None else _default_pool)
        lane.close()  # Its thread goes back as soon as the call has ended.
    result = await lane.run(call)
    return await result if inspect.iscoroutine(result) else result


@overload
def hop(fn: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


@overload
def hop(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


def hop(fn: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Any:
    """From synchronous code in a lane: run *fn* in the request's own task, on the event loop.

    *fn* may be an async function, whose result is awaited, or a plain one. Raises
    `NotInLaneError` in a thread that is no lane.
    """
    return _job_that_hops(fn).hop(partial(fn, *args, **kwargs))


def hop_uncut(fn: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Any:
    """Do as `hop`, but run *fn* to its end even if the client disconnects.

    It runs in a task of its own, with the context variables of the request's task.
    """
    return _job_that_hops(fn).hop(partial(fn, *args, **kwargs), uncut=True)


def _job_that_hops(fn: Callable[..., Any]) -> Job:
    job = running_job()
    if job is None:
        name = getattr(fn, "__qualname__", repr(fn))
        msg = (
            f"hop({name}) needs a lane: call it from synchronous code that runs under "
            "offload(), a sync view or a sync hook; async code awaits the function itself"
        )
        raise NotInLaneError(msg)
    return job


_default_pool = Pool(Options())
