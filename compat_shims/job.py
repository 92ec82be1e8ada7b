"""One call in the thread of a lane: begun there, driven by the task that awaits it.

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
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from greenlet import getcurrent, greenlet

from compat_shims.errors import NotInLaneError
from compat_shims.greenlets import run_in_greenlet
from compat_shims.pool import Pool
from compat_shims.variables import Variables
from compat_shims.worker import Worker

__all__ = ["Home", "Job", "running_job"]

_thread = threading.local()


class Home(Protocol):
    """What a job needs of its lane."""

    pool: Pool
    context: Context
    variables: Variables
    loop_variables: Variables

    def start(self, job: "Job", /) -> bool:
        """Begin *job* in the lane's thread; False if it has to wait for one."""
        ...

    def withdraw(self, job: "Job", /) -> bool:
        """Let *job* wait no more; False if it has begun."""
        ...

    def ended(self) -> None:
        """Take note, in the lane's thread, that a job has ended."""


@dataclass(frozen=True, slots=True)
class _Returned:
    value: Any


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


_Outcome = _Returned | _Raised


@dataclass(frozen=True, slots=True)
class _Hop:
    """The thread asks the loop to run *call* and waits for the outcome.

    `uncut` says that a cancellation of the task that waits does not reach it.
    """

    call: Callable[[], Any]
    variables: Context
    uncut: bool


@dataclass(frozen=True, slots=True)
class _Done:
    """The job has ended."""

    outcome: _Outcome
    variables: Context


_Event = _Hop | _Done


def running_job() -> "Job | None":
    """Return the job that runs in this thread, if it is one of a lane."""
    return getattr(_thread, "job", None)


class Job:
    """One call in the lane's thread, driven by the task that awaits it."""

    __slots__ = (
        "_arrival",
        "_cancelled",
        "_early",
        "_hops",
        "_hub",
        "_parked",
        "_ran",
        "_since",
        "_variables",
        "_worker",
        "call",
        "finishing",
        "lane",
        "loop",
    )

    def __init__(self, lane: Home, call: Callable[[], Any]) -> None:
        """Stand ready to run *call*, with the context variables that the caller has now."""
        self.lane = lane
        self.call = call
        self.loop = asyncio.get_running_loop()
        self._variables = contextvars.copy_context()
        self._worker: Worker | None = None
        self._arrival: asyncio.Future[_Event] = self.loop.create_future()
        self._early: _Event | None = None
        self._cancelled: asyncio.CancelledError | None = None
        self.finishing = False
        """Whether the rest of the call runs as if the waiting task could not be cancelled."""
        self._since = self._ran = 0.0
        self._hops = 0
        self._hub: greenlet | None = None
        self._parked: greenlet | None = None

    # What follows runs in the event loop.

    async def drive(self) -> Any:
        """Begin, answer the hops, and return what the call has returned."""
        if self.lane.start(self):
            event = await self._next_event()
        else:
            event = await self._first_event_in_time()
        while isinstance(event, _Hop):
            outcome = await self._answer(event)
            self._arrival = self.loop.create_future()
            step = partial(self._resume, outcome, contextvars.copy_context())
            self._submit(step)
            event = await self._next_event()
        self.lane.loop_variables.take_over(event.variables)
        return self._unwrap(event.outcome)

    def _submit(self, step: Callable[[], None]) -> None:
        assert self._worker is not None  # noqa: S101  it has begun
        self._worker.submit(step)

    async def _first_event_in_time(self) -> _Event:
        timeout = self.lane.pool.options.queue_timeout
        timer = self.loop.call_later(timeout, self._give_up)
        try:
            return await self._next_event()
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        if self.lane.withdraw(self):
            outcome = _Raised(self.lane.pool.timed_out())
            self._receive(_Done(outcome, contextvars.copy_context()))

    async def _next_event(self) -> _Event:
        while True:
            try:
                return await self._arrival
            except asyncio.CancelledError as cancelled:
                if self._worker is None and self.lane.withdraw(self):
                    raise
                self._cancelled = cancelled
                if self._arrival.cancelled():
                    self._arrival = self.loop.create_future()
                    if self._early is not None:
                        self._arrival.set_result(self._early)
                        self._early = None

    async def _answer(self, hop_: _Hop) -> _Outcome:
        self.lane.loop_variables.take_over(hop_.variables)
        if hop_.uncut:
            return await self._answer_uncut(hop_)
        if self._cancelled is not None and not self.finishing:
            return _Raised(self._cancelled)
        outcome = await _outcome_of(hop_.call)
        if isinstance(outcome, _Raised) and isinstance(outcome.error, asyncio.CancelledError):
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                self._cancelled = outcome.error
            return _Returned(None) if self.finishing else outcome
        return outcome

    async def _answer_uncut(self, hop_: _Hop) -> _Outcome:
        """Run the call in a task of its own: cancelling this one would cancel what it awaits."""
        context = contextvars.copy_context()
        call = self.loop.create_task(_outcome_of(hop_.call), context=context)
        while not call.done():
            try:
                await asyncio.wait([call])
            except asyncio.CancelledError as cancelled:
                self._cancelled = cancelled
        self.lane.loop_variables.take_over(context)
        return call.result()

    def _unwrap(self, outcome: _Outcome) -> Any:
        if self._cancelled is not None:
            if isinstance(outcome, _Returned) and inspect.iscoroutine(outcome.value):
                outcome.value.close()  # Nobody will await it.
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

    # What follows runs in the leased thread, but for `begin_in`: whichever thread gives one back.

    @property
    def is_cancelled(self) -> bool:
        """Whether the task that waits was cancelled, and only waits for the thread."""
        return self._cancelled is not None

    def begin_in(self, worker: Worker) -> None:
        """Have *worker* begin."""
        self._worker = worker
        worker.submit(self._begin)

    def _begin(self) -> None:
        self._go_on(partial(run_in_greenlet, self._work, self.lane.context))

    def _resume(self, outcome: _Outcome, variables: Context) -> None:
        parked, self._parked = self._parked, None
        if parked is not None:
            self._go_on(partial(parked.switch, (outcome, variables)))

    def _go_on(self, switch: Callable[[], Any]) -> None:
        outer = running_job()
        _thread.job = self
        self._hub = getcurrent()
        self._since = time.perf_counter()
        try:
            switch()
        finally:
            self._hub = None
            _thread.job = outer

    def _work(self) -> greenlet:
        self.lane.variables.take_over(self._variables)
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
        event = _Done(outcome, contextvars.copy_context())
        self._stop_clock()
        self.lane.pool.count_job(self._hops, self._ran)
        # The loop may be busy: whoever waits for this thread gets it without waiting for the loop.
        self.lane.ended()
        self._tell_loop(event)
        assert self._hub is not None  # noqa: S101  it has switched to this greenlet
        return self._hub

    def hop(self, call: Callable[[], Any], *, uncut: bool = False) -> Any:
        """Have the loop run *call*, and wait, parked, for the outcome.

        With *uncut* it runs to its end even if the task that waits for the job is cancelled.
        """
        hub = self._hub
        if hub is None:  # pragma: no cover  a job that runs has been switched to from its hub
            raise NotInLaneError("the job of this lane has ended")
        self._parked = getcurrent()
        self._hops += 1
        self._stop_clock()
        self._tell_loop(_Hop(call, contextvars.copy_context(), uncut))
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

    def _stop_clock(self) -> None:
        self._ran += time.perf_counter() - self._since

    def _tell_loop(self, event: _Event) -> None:
        try:
            self.loop.call_soon_threadsafe(self._receive, event)
        except RuntimeError:  # The loop was closed: nobody waits any more.
            return


async def _outcome_of(call: Callable[[], Any]) -> _Outcome:
    try:
        value = call()
        return _Returned(await value if inspect.isawaitable(value) else value)
    except BaseException as error:  # noqa: BLE001  it is raised again, in the thread
        return _Raised(error)
