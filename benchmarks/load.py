"""A small HTTP/1.1 load client: open loop at a set rate, and closed loop for capacity.

Latency counts from the instant at which a request was due, not from the one at which it could be
sent, so a server that stalls cannot hide the requests that would have come meanwhile
(https://github.com/HdrHistogram/HdrHistogram#corrected-vs-raw-value-recording-calls). Timers of
the event loop have steps of a millisecond; that much is in every latency.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import httptools
from hdrh.histogram import HdrHistogram

Result = TypeVar("Result")

# A server that holds its loop answers all connections in one burst after a long pause; so that the
# count does not depend on where a burst falls, capacity waits for this many answers a connection,
# at most this many times as long as asked for.
_ROUNDS = 2
_STRETCH = 5

# Answers from here on count as failed.
_SERVER_ERROR = 500

# Latencies are recorded in microseconds, to three figures, up to a minute.
_LOWEST, _HIGHEST, _FIGURES = 1, 60_000_000, 3


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it goes over the wire, and the stream that it is counted under."""

    stream: str
    wire: bytes


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


@dataclass(frozen=True, slots=True)
class Latencies:
    """What one stream saw: milliseconds at percentiles, counts, and the whole histogram encoded.

    ``unanswered`` were sent, or due, and had no answer when the drain time was over; ``failed``
    were answered with a status of 500 and more, or not at all by a connection that closed.
    """

    sent: int
    answered: int
    failed: int
    unanswered: int
    p50: float
    p90: float
    p99: float
    worst: float
    histogram: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many requests a second a server answers when each of `connections` waits its turn."""

    connections: int
    seconds: float
    answered: int
    failed: int

    @property
    def rate(self) -> float:
        """Answered requests a second."""
        return self.answered / self.seconds


def get(stream: str, path: str, headers: Iterable[tuple[str, str]] = ()) -> Request:
    """Return a GET request for `path`."""
    return build(stream, "GET", path, headers, b"")


def build(
    stream: str, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes
) -> Request:
    """Return a request; its host and the length of its body are added."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"content-length: {len(body)}"] if body else []
    return Request(stream, "\r\n".join((*lines, "", "")).encode("latin-1") + body)


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


def closed_loop(port: int, request: Request, *, connections: int, seconds: float) -> Capacity:
    """Keep `connections` requests under way for `seconds`, and count the answers."""
    return run(_closed_loop(port, request, connections, seconds))


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine on the fastest event loop there is here."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(coroutine)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415  there is none for Windows
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


class _Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, done: "Callable[[_Connection, int], None]") -> None:
        self._done = done
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.busy = False
        self.closed = False

    def send(self, wire: bytes) -> None:
        self.busy = True
        self._parser = httptools.HttpResponseParser(self)
        if self._transport is not None:
            self._transport.write(wire)

    def close(self) -> None:
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # No isinstance: uvloop's transports do not derive from asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.closed |= not self._parser.should_keep_alive()
        self._finish(self._parser.get_status_code())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's name
        self.closed = True
        if self.busy:
            self._finish(0)

    def _finish(self, status: int) -> None:
        if self.busy:
            self.busy = False
            self._done(self, status)


class _Recorder:
    """Counts and latencies of one stream."""

    def __init__(self) -> None:
        self.sent = 0
        self.answered = 0
        self.failed = 0
        self.answers: list[tuple[float, float, int]] = []
        self.histogram = HdrHistogram(_LOWEST, _HIGHEST, _FIGURES)

    def record(self, status: int, due: float) -> None:
        now = time.perf_counter()
        self.answers.append((due, now, status))
        if not status or status >= _SERVER_ERROR:
            self.failed += 1
            return
        self.answered += 1
        self.histogram.record_value(min(max(int((now - due) * 1e6), _LOWEST), _HIGHEST))

    def result(self) -> Latencies:
        at = self.histogram.get_value_at_percentile
        return Latencies(
            sent=self.sent,
            answered=self.answered,
            failed=self.failed,
            unanswered=self.sent - self.answered - self.failed,
            p50=at(50) / 1000,
            p90=at(90) / 1000,
            p99=at(99) / 1000,
            worst=self.histogram.get_max_value() / 1000,
            histogram=self.histogram.encode().decode("ascii"),
        )


class _OpenLoop:
    """Connections on demand: a request that is due never waits for the answer to another."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: deque[_Connection] = deque()
        self._under_way: dict[_Connection, tuple[_Recorder, float]] = {}
        self._opening: set[asyncio.Task[None]] = set()
        self._pending = 0
        self._progress = asyncio.Event()
        self.recorders: dict[str, _Recorder] = {}

    def send(self, request: Request, due: float) -> None:
        recorder = self.recorders.setdefault(request.stream, _Recorder())
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

    async def _open(self, request: Request, recorder: _Recorder, due: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: _Connection(self._done), "127.0.0.1", self._port
            )
        except OSError:
            recorder.record(0, due)
            self._settled()
            return
        self._under_way[connection] = recorder, due
        connection.send(request.wire)

    def _done(self, connection: _Connection, status: int) -> None:
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


class _ClosedLoop:
    """Connections that send their next request when the last one was answered."""

    def __init__(self, port: int, wire: bytes) -> None:
        self._port = port
        self._wire = wire
        self._open: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts: Counter[bool] = Counter()

    @property
    def answers(self) -> int:
        """How many requests are over, whatever came of them."""
        return self.counts.total()

    def begin(self) -> None:
        task = asyncio.ensure_future(self._connect())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        for connection in self._open:
            connection.busy = False
            connection.close()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: _Connection(self._done), "127.0.0.1", self._port
            )
        except OSError:
            self.counts[False] += 1
            return
        self._open.add(connection)
        connection.send(self._wire)

    def _done(self, connection: _Connection, status: int) -> None:
        self.counts[0 < status < _SERVER_ERROR] += 1
        if connection.closed:
            self._open.discard(connection)
            connection.close()
            self.begin()
        else:
            connection.send(self._wire)


async def _closed_loop(port: int, request: Request, connections: int, seconds: float) -> Capacity:
    client = _ClosedLoop(port, request.wire)
    started = time.perf_counter()
    for _ in range(connections):
        client.begin()
    while (elapsed := time.perf_counter() - started) < seconds * _STRETCH:
        await asyncio.sleep(seconds / 20)
        if elapsed >= seconds and client.answers >= connections * _ROUNDS:
            break
    elapsed = time.perf_counter() - started
    client.stop()
    await asyncio.sleep(0)
    return Capacity(connections, elapsed, client.counts[True], client.counts[False])
