"""Which servers and endpoints are measured, and how hard each is pressed."""

from dataclasses import dataclass

from benchmarks.blocking.work import PAUSE


@dataclass(frozen=True, slots=True)
class Configuration:
    """One way of serving: the application, the server, and its threads for blocking calls.

    ``threads`` is 0 where blocking calls have no thread of their own.
    """

    application: str
    server: str
    threads: int

    @property
    def name(self) -> str:
        """The application and the server in one word."""
        return f"{self.application} on {self.server}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A blocking operation: its rate in the mixed load, and the seconds that it blocks.

    ``seconds`` is 0 where that depends on the machine.
    """

    name: str
    rate: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """How long each phase takes, in seconds, and how many connections ask for capacity.

    ``pairs`` blocks of four rounds, each of ``round`` seconds, hold capacity against the reference.
    """

    mix: float
    drain: float
    capacity: float
    connections: int
    pairs: int
    round: float


# Trivial requests a second beside the blocking ones.
TRIVIAL_RATE = 100.0

# Hashes and queries take a core each, so fewer of them are asked for than a machine has time for.
ENDPOINTS = (
    Endpoint("sleep", 60.0, PAUSE),
    Endpoint("http", 60.0, PAUSE),
    Endpoint("sqlite", 20.0, 0.0),
    Endpoint("file", 60.0, 0.0),
    Endpoint("password", 8.0, 0.0),
)

QUICK_ENDPOINTS = ("sleep",)

QUICK = Sizes(mix=2.5, drain=1.5, capacity=1.5, connections=64, pairs=3, round=0.4)
FULL = Sizes(mix=7.0, drain=2.0, capacity=4.0, connections=64, pairs=8, round=0.5)


def configurations(default_executor: int) -> tuple[Configuration, ...]:
    """Return every way of serving; `default_executor` is the size of the loop's own pool."""
    flask = (Configuration("flask", "gunicorn", 40), Configuration("flask", "werkzeug", 0))
    threads = {
        "quart-sync": default_executor,
        "quart-blocking": 0,
        "quart-anyio": 40,
        "quart-shims": 40,
        "quart-native": 0,
        "quart-patch": 0,
    }
    quart = tuple(
        Configuration(application, server, count)
        for server in ("uvicorn", "hypercorn")
        for application, count in threads.items()
    )
    return flask + quart
