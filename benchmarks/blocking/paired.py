"""Capacity over that of a reference server, in rounds that take turns (A B B A).

A machine that becomes slower meanwhile hits both alike, so the ratio survives where rates do not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.blocking.scenarios import Configuration, Endpoint, Sizes
from benchmarks.blocking.servers import Server, serving
from benchmarks.load import Request, closed_loop, get

# What others are held against: a usual way of serving Flask.
REFERENCE = Configuration("flask", "gunicorn", 40)


@dataclass(frozen=True, slots=True)
class Pair:
    """Answers a second of the reference and of the other, in one block of four rounds."""

    reference: float
    other: float

    @property
    def ratio(self) -> float:
        """The other over the reference."""
        return self.other / self.reference


def is_paired(configuration: Configuration, endpoint: Endpoint) -> bool:
    """Whether there is something to hold against the reference: as many threads, which wait."""
    as_many = configuration.threads == REFERENCE.threads and configuration != REFERENCE
    return as_many and endpoint.seconds > 0


def pairs(
    server: Server, reference_server: Server, endpoint: Endpoint, sizes: Sizes
) -> Iterator[Pair]:
    """Yield the pairs of `sizes.pairs` blocks."""
    blocking = get("blocking", f"/{endpoint.name}")
    _rate(reference_server, blocking, sizes)
    for _ in range(sizes.pairs):
        turns = (reference_server, server, server, reference_server)
        first, *others, last = (_rate(turn, blocking, sizes) for turn in turns)
        yield Pair((first + last) / 2, sum(others) / 2)


@contextmanager
def reference(env: Mapping[str, str]) -> Iterator[Server]:
    """Run the reference server while the block lasts.

    Raises:
        StepError: It does not start.

    """
    words = (REFERENCE.application, REFERENCE.server)
    with serving("benchmarks.blocking.serve", *words, env=env) as server:
        yield server


def _rate(server: Server, request: Request, sizes: Sizes) -> float:
    """Return answers a second of one round; none at all counts as one, so that ratios exist."""
    found = closed_loop(server.port, request, connections=sizes.connections, seconds=sizes.round)
    return max(1, found.answered) / found.seconds
