"""What the lanes of an app are doing."""

from dataclasses import dataclass

import quart

from compat_shims.companion import companion_of

__all__ = ["Stats", "stats"]


@dataclass(frozen=True, slots=True)
class Stats:
    """The lanes of one app at one moment."""

    max_threads: int
    threads: int
    """Threads that exist."""
    leased: int
    """Threads that belong to a request now."""
    waiting: int
    """Requests that wait for a thread now."""
    leases: int
    """Threads that were leased since the app was made; one a request that needs one."""
    refused: int
    """Requests that were answered as 503 because no thread came free."""
    jobs: int
    """Calls that ran in lanes."""
    hops: int
    """Calls that lanes made on the event loop, and waited for."""
    wait_seconds: float
    """Time that requests waited for a thread."""
    run_seconds: float
    """Time that lanes worked; not that in which they waited for the event loop."""


def stats(app: quart.Quart) -> Stats:
    """Return what the lanes of *app* are doing.

    Raises `compat_shims.errors.NotBridgedError` for an app without a companion.
    """
    pool = companion_of(app).bridge.pool
    counts = pool.counts
    return Stats(
        max_threads=pool.options.max_threads,
        threads=pool.threads,
        leased=pool.leased,
        waiting=pool.waiting,
        leases=counts.leases,
        refused=counts.refused,
        jobs=counts.jobs,
        hops=counts.hops,
        wait_seconds=counts.wait_seconds,
        run_seconds=counts.run_seconds,
    )
