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


def stats(app: quart.Quart) -> Stats:
    """Return what the lanes of *app* are doing.

    Raises `compat_shims.errors.NotBridgedError` for an app without a companion.
    """
    pool = companion_of(app).bridge.pool
    return Stats(
        max_threads=pool.options.max_threads,
        threads=pool.threads,
        leased=pool.leased,
        waiting=pool.waiting,
    )
