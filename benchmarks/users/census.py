"""What a server process holds, so that what it does not let go shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Census:
    """What is held at one moment.

    ``sockets`` is None where the system does not tell; ``pool_threads`` are the threads of the
    lanes, ``other_threads`` all others; ``contexts`` are the requests whose contexts are alive.
    """

    leased: int
    waiting: int
    pool_threads: int
    other_threads: int
    database_connections: int
    sockets: int | None
    tasks: int
    contexts: int


def leaks(before: Census, after: Census, threads: int) -> dict[str, int]:
    """Return what was not let go, by name; `before` was taken when nothing was under way.

    The one thread that lanes may have beyond `threads` tears down what got no lease.
    """
    surplus = {
        "leases": after.leased,
        "waiting requests": after.waiting,
        "lane threads": after.pool_threads - threads,
        "other threads": after.other_threads - before.other_threads - 1,
        "database connections": after.database_connections,
        "sockets": (after.sockets or 0) - (before.sockets or 0),
        "tasks": after.tasks - before.tasks,
        "request contexts": after.contexts - before.contexts,
    }
    return {name: count for name, count in surplus.items() if count > 0}
