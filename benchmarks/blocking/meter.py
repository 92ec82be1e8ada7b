"""What a server process knows of itself: loop lag, where work ran, thread hops, CPU, memory.

A thread of its own answers on standard input and output, so that it answers even while the event
loop is held.
"""

import asyncio
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.memory import peak_memory

# The heart beats this often, in seconds; `loop.time` would step by a millisecond under uvloop.
BEAT = 0.005


@dataclass(frozen=True, slots=True)
class Reading:
    """What happened since the last reading.

    `lags` are (seconds since the process began to serve, lag in ms) of each heartbeat; `on_loop`
    and `off_loop` count the blocking operations by where they ran; `hops` the results that came
    back to the loop from threads; `cpu` is in seconds, `peak` in bytes since the start.
    """

    lags: tuple[tuple[float, float], ...]
    on_loop: int
    off_loop: int
    hops: int
    cpu: float
    peak: int

    def lag(self, percent: float) -> float:
        """Return the lag in ms that `percent` of the heartbeats stay below (nearest rank)."""
        return percentile([lag for _, lag in self.lags], percent)


def percentile(sample: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of a sample lies (nearest rank)."""
    ranked = sorted(sample)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]


@dataclass(slots=True)
class Meter:
    """The counters of this process; each is only ever added to."""

    loop_thread: int = 0
    on_loop: int = 0
    off_loop: int = 0
    hops: int = 0
    cpu: float = 0.0
    lags: list[tuple[float, float]] = field(default_factory=list)
    answers: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What else can be asked for, by its word."""

    def worked(self) -> None:
        """Note a blocking operation, and whether it runs on the event loop's thread."""
        if threading.get_ident() == self.loop_thread:
            self.on_loop += 1
        else:
            self.off_loop += 1

    async def beat(self) -> None:
        """Measure for ever by how much the loop comes late."""
        self.loop_thread = threading.get_ident()
        started = time.perf_counter()
        while True:
            due = time.perf_counter() + BEAT
            await asyncio.sleep(BEAT)
            now = time.perf_counter()
            self.lags.append((round(now - started, 4), round((now - due) * 1000, 3)))

    def take(self) -> Reading:
        """Return what happened since the last call."""
        lags, self.lags = self.lags, []
        on_loop, off_loop, hops = self.on_loop, self.off_loop, self.hops
        self.on_loop = self.off_loop = self.hops = 0
        cpu, self.cpu = time.process_time() - self.cpu, time.process_time()
        return Reading(tuple(lags), on_loop, off_loop, hops, cpu, peak_memory())

    def answer(self) -> None:
        """Answer each line on standard input in JSON, until there are no more."""
        for word in sys.stdin:
            answer = self.answers.get(word.strip(), self._read)()
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        os._exit(0)

    def _read(self) -> object:
        return asdict(self.take())

    def start(self) -> None:
        """Answer from now on, in a thread."""
        threading.Thread(target=self.answer, name="meter", daemon=True).start()


METER = Meter()

Loop = asyncio.AbstractEventLoop


def counting_loop(
    factory: type[asyncio.AbstractEventLoop],
) -> Callable[[], asyncio.AbstractEventLoop]:
    """Return a factory of loops that count thread hops.

    Whatever a thread hands back to the loop passes ``call_soon_threadsafe``, once a hop.
    """

    def call_soon_threadsafe(self: Loop, *arguments: object, **options: object) -> object:
        METER.hops += 1
        return factory.call_soon_threadsafe(self, *arguments, **options)  # type: ignore[arg-type]

    methods = {"call_soon_threadsafe": call_soon_threadsafe}
    return type("CountingLoop", (factory,), methods)
