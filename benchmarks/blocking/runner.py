"""Measure one way of serving at one endpoint: a mixed load, then capacity."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import contention
from benchmarks.blocking.cross_check import Check, check
from benchmarks.blocking.meter import Reading
from benchmarks.blocking.paired import Pair, is_paired, pairs, reference
from benchmarks.blocking.scenarios import TRIVIAL_RATE, Configuration, Endpoint, Sizes
from benchmarks.blocking.servers import Server, serving
from benchmarks.blocking.work import FILE, NATIVE, PAUSE, SLOW_URL
from benchmarks.errors import StepError
from benchmarks.load import (
    Capacity,
    Flow,
    Latencies,
    Request,
    closed_loop,
    get,
    one_by_one,
    open_loop,
)

# The file that is read: large enough that reading takes longer than serving.
_FILE_BYTES = 8 * 1024 * 1024

# Requests that warm a server up: connections, imports, thread pools.
_WARM_UP = 0.5

# Fewer connections than any pool has threads.
_FEW = 3

# Requests one by one, for what each takes alone.
_CALM = 10

# A server in which no thread has ended its work for as long has none that works; seconds.
_IDLE = 3 * PAUSE

# How long a server may take to finish what a phase left behind, in seconds.
_SETTLE = 20.0


@dataclass(frozen=True, slots=True)
class Around:
    """What the applications need around them, as environment variables, and the reference server.

    That one starts when it is first held against, and stays.
    """

    variables: dict[str, str]
    reference: Callable[[], Server]


@dataclass(frozen=True, slots=True)
class BlockingResult:
    """One configuration at one endpoint; `trouble` says why there is nothing, or is empty.

    ``trivial`` and ``blocking`` are the two flows of the mixed load, ``mixed`` the meter's reading
    of it; ``capacity`` is the closed loop, ``pressed`` the meter's reading of that; ``hops_each``
    are the thread hops of a request while there are threads to spare (where requests queue for
    one, a pool may wake the loop once more). ``pairs`` hold capacity against the reference,
    ``check`` is capacity by another tool; ``others`` is the share of all cores that other processes
    took meanwhile, where that is known.
    """

    configuration: Configuration
    endpoint: Endpoint
    trivial: Latencies | None
    blocking: Latencies | None
    mixed: Reading | None
    capacity: Capacity | None
    pressed: Reading | None
    hops_each: float | None
    pairs: tuple[Pair, ...]
    check: Check | None
    others: float | None
    trouble: str

    @property
    def possible(self) -> bool:
        """Whether the application has a form of the endpoint: not all have a native one."""
        return self.configuration.application != "quart-native" or self.endpoint.name in NATIVE

    @property
    def disturbed(self) -> bool:
        """Whether other processes took too much for what was measured by the clock."""
        return self.others is not None and self.others > contention.DISTURBED

    @property
    def unanswered(self) -> int:
        """How many requests of the mixed load had no answer in the end."""
        flows = (self.trivial, self.blocking)
        return sum(flow.unanswered + flow.failed for flow in flows if flow is not None)

    @property
    def cpu_each(self) -> float | None:
        """Seconds of CPU for each request of the closed loop."""
        if self.capacity is None or self.pressed is None or not self.capacity.answered:
            return None
        return self.pressed.cpu / self.capacity.answered

    @property
    def of_ceiling(self) -> float | None:
        """Capacity over what the threads allow, where threads and block time are known."""
        threads, seconds = self.configuration.threads, self.endpoint.seconds
        if self.capacity is None or not threads or not seconds:
            return None
        return self.capacity.rate / (threads / seconds)


@contextmanager
def surroundings() -> Iterator[Around]:
    """Run the slow local server and have the file to read while the block lasts."""
    with (
        ExitStack() as later,
        TemporaryDirectory() as folder,
        serving("benchmarks.blocking.slow_server", env={}) as slow,
    ):
        path = Path(folder) / "megabytes"
        path.write_bytes(os.urandom(_FILE_BYTES))
        variables = {SLOW_URL: f"http://127.0.0.1:{slow.port}/", FILE: str(path)}
        yield Around(variables, cache(lambda: later.enter_context(reference(variables))))


def measure(
    configuration: Configuration, endpoint: Endpoint, sizes: Sizes, around: Around
) -> BlockingResult:
    """Start the server, press it, stop it; a server that fails ends up in the result."""
    result = _nothing(configuration, endpoint)
    if not result.possible:
        return replace(result, trouble=f"there is no native async form of {endpoint.name}")
    words = (configuration.application, configuration.server)
    try:
        with serving("benchmarks.blocking.serve", *words, env=around.variables) as server:
            pressed = _press(server, result, sizes)
            return _hold_against_others(server, pressed, sizes, around)
    except StepError as error:
        return replace(result, trouble=str(error))


def _nothing(configuration: Configuration, endpoint: Endpoint) -> BlockingResult:
    return BlockingResult(
        configuration,
        endpoint,
        trivial=None,
        blocking=None,
        mixed=None,
        capacity=None,
        pressed=None,
        hops_each=None,
        pairs=(),
        check=None,
        others=None,
        trouble="",
    )


def _hold_against_others(
    server: Server, result: BlockingResult, sizes: Sizes, around: Around
) -> BlockingResult:
    """Hold capacity against the reference server, and our count of it against another tool's."""
    if not is_paired(result.configuration, result.endpoint):
        return result
    path = f"/{result.endpoint.name}"
    return replace(
        result,
        pairs=tuple(pairs(server, around.reference(), result.endpoint, sizes)),
        check=check(server.port, path, connections=sizes.connections, seconds=sizes.capacity),
    )


def _press(server: Server, result: BlockingResult, sizes: Sizes) -> BlockingResult:
    """Take capacity first: what a mixed load leaves undone would count against it."""
    blocking = get("blocking", f"/{result.endpoint.name}")
    trivial = get("trivial", "/trivial")
    # As many at once as make every thread start; where there are none, more would only queue.
    at_once = result.configuration.threads or _FEW
    closed_loop(server.port, blocking, connections=at_once, seconds=_WARM_UP)
    _settle(server, trivial)
    calm = one_by_one(server.port, [blocking] * _CALM, limit=_SETTLE)
    hops = server.read().hops
    begun, client = contention.now(), time.process_time()
    capacity = closed_loop(
        server.port, blocking, connections=sizes.connections, seconds=sizes.capacity
    )
    pressed = server.read()
    settling = _settle(server, trivial)
    flows = (Flow(trivial, TRIVIAL_RATE), Flow(blocking, result.endpoint.rate))
    seen = open_loop(server.port, flows, seconds=sizes.mix, drain=sizes.drain)
    mixed = server.read()
    ours = pressed.cpu + settling + mixed.cpu
    return replace(
        result,
        trivial=seen["trivial"],
        blocking=seen["blocking"],
        mixed=mixed,
        capacity=capacity,
        pressed=pressed,
        others=contention.others(begun, time.process_time() - client + ours),
        hops_each=round(hops / len(calm), 2) if calm else None,
    )


def _settle(server: Server, trivial: Request) -> float:
    """Wait until the server has nothing left to do; return the CPU seconds that it took meanwhile.

    It answers a trivial request then, and no thread hands anything back to the loop any more: what
    a client no longer waits for is worked off all the same.

    Raises:
        StepError: It does not within the time that a whole phase may leave behind.

    """
    end, taken = time.monotonic() + _SETTLE, 0.0
    while time.monotonic() < end:
        answers = one_by_one(server.port, [trivial], limit=_SETTLE)
        taken += server.read().cpu
        time.sleep(_IDLE)
        idle = server.read()
        taken += idle.cpu
        if answers and not idle.hops:
            return taken
    raise StepError(f"the server on port {server.port} does not answer any more")
