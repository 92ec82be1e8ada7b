"""Lanes: the one thread, and the one context, in which a request's synchronous code runs.

::

    event loop                                   leased thread
    ──────────                                   ─────────────
    await offload(f)  ── variables, f ────────►  f()
                                                   … hop(g)
    await g()         ◄─ variables, g ─────────    │ f is parked: the thread is free for
                      ── variables, result ───►    │ other jobs of this lane meanwhile
    result            ◄─ variables, result ────  f returns

A job is a greenlet of the leased thread. While one waits in `hop` it is parked, and the thread
runs what else the request offloads: what the awaited coroutine offloads, and what sibling tasks
offload. So a thread never waits for itself, parked jobs resume in the order in which their
answers come, and all of them stay in one thread.
"""

import asyncio
import contextvars
import inspect
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context, ContextVar, Token
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar, overload

from greenlet import getcurrent, greenlet

from compat_shims.errors import NotInLaneError
from compat_shims.options import Options
from compat_shims.pool import Pool, Worker

__all__ = ["Lane", "Worker", "current_lane", "hop", "in_lane", "offload"]

P = ParamSpec("P")
T = TypeVar("T")

_MISSING = object()
_thread = threading.local()

current_lane: ContextVar["Lane | None"] = ContextVar("compat_shims.lane", default=None)
"""The lane of the request (or app context) that runs now."""


@dataclass(frozen=True, slots=True)
class _Returned:
    value: Any


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


_Outcome = _Returned | _Raised


@dataclass(frozen=True, slots=True)
class _Hop:
    """The thread asks the loop to run *call* and waits for the outcome."""

    call: Callable[[], Any]
    variables: Context


@dataclass(frozen=True, slots=True)
class _Done:
    """The job has ended."""

    outcome: _Outcome
    variables: Context


_Event = _Hop | _Done


class _Variables:
    """One side's copy of the context variables of the other side.

    A variable that the other side unset can only be unset here through the token of the moment
    at which it was first set here.
    """

    __slots__ = ("_first_set",)

    def __init__(self) -> None:
        self._first_set: dict[ContextVar[Any], Token[Any]] = {}

    def take_over(self, other: Context) -> None:
        for gone in [variable for variable in self._first_set if variable not in other]:
            # A sibling task may have taken it over as well; only its own token is valid there.
            with suppress(ValueError):
                gone.reset(self._first_set.pop(gone))
        for variable, value in other.items():
            known = variable.get(_MISSING)
            if known is value:
                continue
            token = variable.set(value)
            if known is _MISSING:
                self._first_set[variable] = token


class Lane:
    """All synchronous code of one request, in one thread of *pool* and one context.

    The thread is leased when first needed and given back by `close`; without *affinity*, each
    call leases a thread for itself. A *worker* that is passed in takes the place of all of them
    and is never given back to the pool.
    """

    def __init__(self, pool: Pool, worker: Worker | None = None, *, affinity: bool = True) -> None:
        """Copy the running context; lease nothing yet."""
        self.pool = pool
        self.affinity = worker is not None or (affinity and pool.options.affinity)
        self.context = contextvars.copy_context()
        self.variables = _Variables()  # of the loop, taken over in the lane
        self.loop_variables = _Variables()  # of the lane, taken over in the loop
        self.closed = False
        self._worker = worker
        self._leased = False
        self._leasing = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = 0

    async def run(self, call: Callable[[], T]) -> T:
        """Run *call* in the lane's thread and return what it returns.

        A thread cannot be interrupted: when the waiting task is cancelled, the thread's work is
        awaited all the same and `CancelledError` is raised afterwards.
        """
        self._running += 1
        try:
            worker = self._worker or await self._lease()
            self._loop = asyncio.get_running_loop()
            return await _Job(self, worker, call).drive()  # type: ignore[no-any-return]
        finally:
            self._running -= 1
            self._give_back_if_over()

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
        if self._worker is None:
            self._worker = self.pool.spare()

    def close(self) -> None:
        """Give the thread back as soon as nothing runs in it any more."""
        self.closed = True
        self._give_back_if_over()

    async def _lease(self) -> Worker:
        async with self._leasing:
            if self._worker is None:
                self._worker = await self.pool.lease()
                self._leased = True
            return self._worker

    def _give_back_if_over(self) -> None:
        if not self.closed or self._running or self._worker is None:
            return
        worker, self._worker = self._worker, None
        if self._leased:
            self._leased = False
            self.pool.give_back(worker)


class _Job:
    """One call in the lane's thread, driven by the task that awaits it."""

    def __init__(self, lane: Lane, worker: Worker, call: Callable[[], Any]) -> None:
        self.lane = lane
        self.worker = worker
        self.call = call
        self.loop = asyncio.get_running_loop()
        self._arrival: asyncio.Future[_Event] = self.loop.create_future()
        self._early: _Event | None = None
        self._cancelled: asyncio.CancelledError | None = None
        self._since = self._ran = 0.0
        self._hops = 0
        self._hub: greenlet | None = None
        self._parked: greenlet | None = None

    # What follows runs in the event loop.

    async def drive(self) -> Any:
        self.worker.submit(partial(self._begin, contextvars.copy_context()))
        while isinstance(event := await self._next_event(), _Hop):
            outcome = await self._answer(event)
            self._arrival = self.loop.create_future()
            step = partial(self._resume, outcome, contextvars.copy_context())
            self.worker.submit(step)
        self.lane.loop_variables.take_over(event.variables)
        self.lane.pool.count(jobs=1, hops=self._hops, run_seconds=self._ran)
        return self._unwrap(event.outcome)

    async def _next_event(self) -> _Event:
        while True:
            try:
                return await self._arrival
            except asyncio.CancelledError as cancelled:
                self._cancelled = cancelled
                if self._arrival.cancelled():
                    self._arrival = self.loop.create_future()
                    if self._early is not None:
                        self._arrival.set_result(self._early)
                        self._early = None

    async def _answer(self, hop_: _Hop) -> _Outcome:
        self.lane.loop_variables.take_over(hop_.variables)
        if self._cancelled is not None:
            return _Raised(self._cancelled)
        try:
            value = hop_.call()
            return _Returned(await value if inspect.isawaitable(value) else value)
        except asyncio.CancelledError as cancelled:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                self._cancelled = cancelled
            return _Raised(cancelled)
        except BaseException as error:  # noqa: BLE001  it is raised again, in the thread
            return _Raised(error)

    def _unwrap(self, outcome: _Outcome) -> Any:
        if self._cancelled is not None:
            raise self._cancelled
        if isinstance(outcome, _Raised):
            try:
                raise outcome.error
            finally:
                del outcome  # The traceback of the error would keep the error alive.
        return outcome.value

    def _receive(self, event: _Event) -> None:
        if self._arrival.done():  # Cancelled, and the task has not noticed yet.
            self._early = event
        else:
            self._arrival.set_result(event)

    # What follows runs in the leased thread.

    def _begin(self, variables: Context) -> None:
        job = greenlet(self._work)
        # Context.run() would refuse to enter a context in which a parked job is already.
        job.gr_context = self.lane.context
        self._switch_to(job, variables)

    def _resume(self, outcome: _Outcome, variables: Context) -> None:
        parked, self._parked = self._parked, None
        if parked is not None:
            self._switch_to(parked, (outcome, variables))

    def _switch_to(self, target: greenlet, message: Any) -> None:
        outer = getattr(_thread, "job", None)
        _thread.job = self
        self._hub = getcurrent()
        self._since = time.perf_counter()
        try:
            target.switch(message)
        finally:
            self._hub = None
            _thread.job = outer

    def _work(self, variables: Context) -> None:
        self.lane.variables.take_over(variables)
        outcome: _Outcome
        try:
            outcome = _Returned(self.call())
        except StopIteration as error:
            # A coroutine cannot raise it (PEP 479).
            instead = RuntimeError(f"{self.call!r} raised StopIteration")
            instead.__cause__ = error
            outcome = _Raised(instead)
        except BaseException as error:  # noqa: BLE001  it is raised again, in the loop
            outcome = _Raised(error)
        self._tell_loop(_Done(outcome, contextvars.copy_context()))

    def hop(self, call: Callable[[], Any]) -> Any:
        hub = self._hub
        if hub is None:  # pragma: no cover  a job that runs has been switched to from its hub
            raise NotInLaneError("the job of this lane has ended")
        self._parked = getcurrent()
        self._hops += 1
        self._tell_loop(_Hop(call, contextvars.copy_context()))
        outcome, variables = hub.switch()
        # What is raised below keeps this frame alive, perhaps longer than the thread lives. A frame
        # that still names the greenlet of a thread that has ended crashes the garbage collector.
        del hub
        self.lane.variables.take_over(variables)
        if isinstance(outcome, _Raised):
            try:
                raise outcome.error
            finally:
                del outcome
        return outcome.value

    def _tell_loop(self, event: _Event) -> None:
        self._ran += time.perf_counter() - self._since
        try:
            self.loop.call_soon_threadsafe(self._receive, event)
        except RuntimeError:  # The loop was closed: nobody waits any more.
            return


def in_lane() -> bool:
    """Tell whether the caller runs in the thread of a lane."""
    return getattr(_thread, "job", None) is not None


async def offload(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the blocking *fn* in the request's lane and return what it returns.

    Outside any request, and in tasks that outlive theirs, a thread is leased for this one call.
    Context variables cross both ways; exceptions keep their traceback. Raises
    `compat_shims.errors.PoolExhaustedError` when no thread comes free.
    """
    call = partial(fn, *args, **kwargs)
    lane = current_lane.get()
    if lane is None or lane.closed or not lane.affinity or not lane.serves_this_loop():
        return await _run_once(lane.pool if lane is not None else _default_pool, call)
    return await lane.run(call)


async def _run_once(pool: Pool, call: Callable[[], T]) -> T:
    lane = Lane(pool)
    try:
        return await lane.run(call)
    finally:
        lane.close()


@overload
def hop(fn: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


@overload
def hop(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


def hop(fn: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Any:
    """From synchronous code in a lane: run *fn* in the request's own task, on the event loop.

    *fn* may be an async function, whose result is awaited, or a plain one. Raises
    `NotInLaneError` in a thread that is no lane.
    """
    job: _Job | None = getattr(_thread, "job", None)
    if job is None:
        name = getattr(fn, "__qualname__", repr(fn))
        msg = (
            f"hop({name}) needs a lane: call it from synchronous code that runs under "
            "offload(), a sync view or a sync hook; async code awaits the function itself"
        )
        raise NotInLaneError(msg)
    return job.hop(partial(fn, *args, **kwargs))


_default_pool = Pool(Options())
