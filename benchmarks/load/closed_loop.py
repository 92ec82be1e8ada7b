"""Connections that each send their next request when the last one was answered."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks.load.connection import SERVER_ERROR, Connection
from benchmarks.load.loops import run
from benchmarks.load.wire import Request

# A server that holds its loop answers all connections in one burst after a long pause; so that the
# count does not depend on where a burst falls, capacity waits for this many answers a connection,
# at most this many times as long as asked for.
_ROUNDS = 2
_STRETCH = 5


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


def closed_loop(port: int, request: Request, *, connections: int, seconds: float) -> Capacity:
    """Keep `connections` requests under way for `seconds`, and count the answers."""
    return run(_closed_loop(port, request, connections, seconds))


class _ClosedLoop:
    """Connections that send their next request when the last one was answered."""

    def __init__(self, port: int, wire: bytes) -> None:
        self._port = port
        self._wire = wire
        self._open: set[Connection] = set()
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
                lambda: Connection(self._done), "127.0.0.1", self._port
            )
        except OSError:
            self.counts[False] += 1
            return
        self._open.add(connection)
        connection.send(self._wire)

    def _done(self, connection: Connection, status: int) -> None:
        self.counts[0 < status < SERVER_ERROR] += 1
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
