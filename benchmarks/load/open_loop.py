"""Requests that are due at a set rate, whatever becomes of those before.

Latency counts from the instant at which a request was due, not from the one at which it could be
sent, so a server that stalls cannot hide the requests that would have come meanwhile
(https://github.com/HdrHistogram/HdrHistogram#corrected-vs-raw-value-recording-calls). Timers of
the event loop have steps of a millisecond; that much is in every latency.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from benchmarks.load.connection import Connection
from benchmarks.load.loops import run
from benchmarks.load.recorder import Latencies, Recorder
from benchmarks.load.wire import Request


@dataclass(frozen=True, slots=True)
class Flow:
    """A stream of equal requests: how many a second."""

    request: Request
    rate: float


@dataclass(frozen=True, slots=True)
class Answer:
    """When a request was due and when it was answered, by `perf_counter`; status 0 for none."""

    stream: str
    due: float
    done: float
    status: int


def open_loop(
    port: int, flows: Sequence[Flow], *, seconds: float, drain: float
) -> dict[str, Latencies]:
    """Send each flow at its rate for `seconds`, wait `drain` seconds for the rest of the answers.

    Returns the latencies of each stream by its name.
    """
    return run(_open_loop(port, flows, seconds, drain))


def one_by_one(port: int, requests: Sequence[Request], *, limit: float) -> list[Answer]:
    """Send each request when the one before is answered, which may take `limit` seconds."""
    return run(_one_by_one(port, requests, limit))


def open_loop_answers(
    port: int, flows: Sequence[Flow], *, seconds: float, drain: float
) -> list[Answer]:
    """Do as :func:`open_loop` does, and return each answer instead of latencies."""
    return run(_open_loop_answers(port, flows, seconds, drain))


def schedule(flows: Sequence[Flow], seconds: float) -> list[tuple[float, Request]]:
    """Return when each request of `flows` is due, in seconds from the start, in order.

    Flows start half an interval in, so that two of one rate do not coincide with the start.
    """
    due = [
        ((index + (number + 1) / (len(flows) + 1)) / flow.rate, flow.request)
        for number, flow in enumerate(flows)
        for index in range(int(flow.rate * seconds))
    ]
    return sorted(due, key=lambda pair: pair[0])


class _OpenLoop:
    """Connections on demand: a request that is due never waits for the answer to another."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: deque[Connection] = deque()
        self._under_way: dict[Connection, tuple[Recorder, float]] = {}
        self._opening: set[asyncio.Task[None]] = set()
        self._pending = 0
        self._progress = asyncio.Event()
        self.recorders: dict[str, Recorder] = {}

    def send(self, request: Request, due: float) -> None:
        recorder = self.recorders.setdefault(request.stream, Recorder())
        recorder.sent += 1
        self._pending += 1
        while self._idle:
            connection = self._idle.pop()
            if not connection.closed:
                self._under_way[connection] = recorder, due
                connection.send(request.wire)
                return
        task = asyncio.ensure_future(self._open(request, recorder, due))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def drained(self, limit: float) -> None:
        await self.answered(limit)
        for task in tuple(self._opening):
            task.cancel()
        for connection in (*self._idle, *self._under_way):
            connection.busy = False
            connection.close()
        await asyncio.sleep(0)

    async def answered(self, limit: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._all_answered()

    def answers(self) -> list[Answer]:
        streams = self.recorders.items()
        return [
            Answer(stream, due, done, status)
            for stream, recorder in streams
            for due, done, status in recorder.answers
        ]

    async def _all_answered(self) -> None:
        while self._pending:
            self._progress.clear()
            await self._progress.wait()

    def _settled(self) -> None:
        self._pending -= 1
        self._progress.set()

    async def _open(self, request: Request, recorder: Recorder, due: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: Connection(self._done), "127.0.0.1", self._port
            )
        except OSError:
            recorder.record(0, due)
            self._settled()
            return
        self._under_way[connection] = recorder, due
        connection.send(request.wire)

    def _done(self, connection: Connection, status: int) -> None:
        recorder, due = self._under_way.pop(connection)
        recorder.record(status, due)
        self._settled()
        if connection.closed:
            connection.close()
        else:
            self._idle.append(connection)


async def _open_loop(
    port: int, flows: Sequence[Flow], seconds: float, drain: float
) -> dict[str, Latencies]:
    client = _OpenLoop(port)
    await _send_on_time(client, flows, seconds, drain)
    return {stream: recorder.result() for stream, recorder in client.recorders.items()}


async def _open_loop_answers(
    port: int, flows: Sequence[Flow], seconds: float, drain: float
) -> list[Answer]:
    client = _OpenLoop(port)
    await _send_on_time(client, flows, seconds, drain)
    return client.answers()


async def _one_by_one(port: int, requests: Sequence[Request], limit: float) -> list[Answer]:
    client = _OpenLoop(port)
    for request in requests:
        client.send(request, time.perf_counter())
        await client.answered(limit)
    await client.drained(0)
    return client.answers()


async def _send_on_time(
    client: _OpenLoop, flows: Sequence[Flow], seconds: float, drain: float
) -> None:
    started = time.perf_counter()
    for offset, request in schedule(flows, seconds):
        due = started + offset
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        client.send(request, due)
    await client.drained(drain)
