"""How many threads an app's lanes may have, and how long a request waits for one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one app's lanes, given to `compat_shims.flask_app`.

    `max_threads` is what ``--threads`` is for gunicorn's gthread worker: the number of requests
    whose synchronous code runs at the same time. asyncio's own default executor is not used: its
    size follows the number of CPUs, not the load
    (https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor).
    """

    max_threads: int = 40
    queue_limit: int = 1000
    """Requests that may wait for a thread; one more is answered as 503 at once."""
    queue_timeout: float = 30.0
    """Seconds that a request waits for a thread before it is answered as 503."""
    affinity: bool = True
    """Keep one thread for all synchronous code of a request. Without it each offload takes any
    thread: more requests share the pool, and what is bound to a thread (an SQLite connection in
    `g`, a thread-local) does not survive from one hook to the next."""

    def __post_init__(self) -> None:
        """Refuse a pool that could never run anything."""
        if self.max_threads < 1:
            msg = f"Options.max_threads is {self.max_threads}: it takes at least 1 thread"
            raise ValueError(msg)
        if self.queue_limit < 0 or self.queue_timeout < 0:
            raise ValueError("Options.queue_limit and Options.queue_timeout cannot be negative")
