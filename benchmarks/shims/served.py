"""What needs a server: the CPU of a whole request, and how many blocking calls fit in at once.

All servers of a kind run at once and are pressed in turn, in ABBA order, so that each round holds
them against the same machine.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks import contention
from benchmarks.blocking.meter import percentile
from benchmarks.blocking.servers import Server, serving
from benchmarks.errors import StepError
from benchmarks.load import Request, closed_loop, get, one_by_one

# Ways of answering a request, of `benchmarks.shims.variants`.
REQUESTS = (
    "async view",
    "sync view, 2 sync hooks",
    "anyio.to_thread: view, 2 hooks",
    "asgiref.sync_to_async: view, 2 hooks",
    "companion: async view",
    "companion: sync view, 2 sync hooks",
    "quart-flask-patch: sync view, 2 sync hooks",
)

# The application and the server of each way of waiting, of `benchmarks.blocking`.
SLEEPS = {
    "Flask on gunicorn": ("flask", "gunicorn"),
    "anyio.to_thread": ("quart-anyio", "uvicorn"),
    "asgiref.sync_to_async": ("quart-asgiref", "uvicorn"),
    "compat_shims.offload": ("quart-shims", "uvicorn"),
    "companion: sync view": ("quart-companion", "uvicorn"),
    "Quart, native async": ("quart-native", "uvicorn"),
    "quart-flask-patch: sync view": ("quart-patch", "uvicorn"),
}

# Connections that ask for requests: enough to keep the server busy.
_BUSY = 8

# Connections that ask for blocking calls: more than there are threads.
_CROWD = 64

# How long a server is pressed at a time, in seconds.
_PRESS = 1.0

_WARM_UP = 0.3

# How long a server may take to finish what a stretch left behind, in seconds.
_SETTLE = 20.0


@dataclass(frozen=True, slots=True)
class Press:
    """One stretch under load: CPU seconds in all, and of a request, rate, loop lag p99 in ms."""

    busy: float
    cpu: float
    rate: float
    lag: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """The presses of each way, round by round.

    ``others`` is the share of all cores that other processes took meanwhile; None where the system
    does not tell.
    """

    presses: Mapping[str, Sequence[Press]]
    others: float | None


def requests(ways: Sequence[str], rounds: int) -> Rounds:
    """Press uvicorn with each of `ways` of answering a request (see `benchmarks.shims.serve`).

    Raises:
        StepError: A server does not start, or does not answer.

    """
    modules = {way: ("benchmarks.shims.serve", way) for way in ways}
    return _rounds(modules, get("request", "/"), _BUSY, rounds)


def sleeps(ways: Mapping[str, tuple[str, str]], rounds: int) -> Rounds:
    """Press the (application, server) of each of `ways` with calls that block for 50 ms.

    Raises:
        StepError: A server does not start, or does not answer.

    """
    modules = {name: ("benchmarks.blocking.serve", *words) for name, words in ways.items()}
    return _rounds(modules, get("blocking", "/sleep"), _CROWD, rounds)


def _rounds(
    modules: Mapping[str, tuple[str, ...]], request: Request, connections: int, rounds: int
) -> Rounds:
    found: defaultdict[str, list[Press]] = defaultdict(list)
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(serving(*words, env={})) for name, words in modules.items()
        }
        for server in servers.values():
            closed_loop(server.port, request, connections=connections, seconds=_WARM_UP)
            server.read()
        begun, client = contention.now(), time.process_time()
        for _ in range(rounds):
            pressed: defaultdict[str, list[Press]] = defaultdict(list)
            for name in (*servers, *reversed(list(servers))):
                pressed[name].append(_press(servers[name], request, connections))
            for name, both in pressed.items():
                found[name].append(_mean(both))
        own = (
            time.process_time()
            - client
            + 2 * sum(one.busy for way in found.values() for one in way)
        )
        return Rounds(found, contention.others(begun, own))


def _press(server: Server, request: Request, connections: int) -> Press:
    # What a stretch left under way would count against the next one.
    if not any(answer.status for answer in one_by_one(server.port, (request,), limit=_SETTLE)):
        raise StepError(f"the server on port {server.port} does not answer any more")
    server.read()
    capacity = closed_loop(server.port, request, connections=connections, seconds=_PRESS)
    reading = server.read()
    lags = [lag for _, lag in reading.lags]
    answered = max(1, capacity.answered)  # So that ratios exist.
    return Press(
        busy=reading.cpu,
        cpu=reading.cpu / answered,
        rate=answered / capacity.seconds,
        lag=percentile(lags, 99) if lags else 0.0,
    )


def _mean(presses: Sequence[Press]) -> Press:
    def mean(take: Callable[[Press], float]) -> float:
        return sum(map(take, presses)) / len(presses)

    return Press(
        busy=mean(lambda one: one.busy),
        cpu=mean(lambda one: one.cpu),
        rate=mean(lambda one: one.rate),
        lag=mean(lambda one: one.lag),
    )
