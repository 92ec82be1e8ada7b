"""Serve the app by one server, let the users come, and see what is left."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.blocking.meter import percentile
from benchmarks.blocking.servers import Server, serving
from benchmarks.errors import StepError
from benchmarks.load import run
from benchmarks.users.census import Census, leaks
from benchmarks.users.visits import Seen, User, send_users

SERVERS = ("uvicorn", "hypercorn")

# How long the server may take to let everything go once all users are gone; seconds.
_SETTLE = 15.0


@dataclass(frozen=True, slots=True)
class Case:
    """One crowd: the share of its users who cut requests short, and the threads for them all."""

    name: str
    leaving: float
    threads: int


CASES = (
    Case("all stay", 0.0, 40),
    Case("a fifth leaves", 0.2, 40),
    Case("a fifth leaves, 4 threads", 0.2, 4),
)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many users come, and for how many seconds."""

    users: int
    seconds: float


# Those who come first, so that imports and caches do not count as leaks.
_WARM_UP = Crowd(3, 1.0)


@dataclass(frozen=True, slots=True)
class UsersResult:
    """What came of one case on one server; `trouble` says why there is nothing, or is empty.

    ``mixed_up`` are answers with what is another user's, ``errors`` answers with another status
    and broken connections, ``hanging`` requests without an answer, ``leaks`` what the server still
    held in the end, ``lag`` by how many ms its event loop came late (99th percentile).
    """

    server: str
    case: Case
    crowd: Crowd
    answered: int
    cut: int
    mixed_up: int
    errors: int
    hanging: int
    leaks: Mapping[str, int]
    lag: float
    examples: tuple[str, ...]
    trouble: str

    @property
    def name(self) -> str:
        """The case and the server in words."""
        return f"{self.case.name}, on {self.server}"

    @property
    def holds(self) -> bool:
        """Whether nothing went wrong."""
        wrong = self.mixed_up or self.errors or self.hanging or self.leaks or self.trouble
        return bool(self.answered) and not wrong


def measure(server: str, case: Case, crowd: Crowd) -> UsersResult:
    """Let the crowd of `case` come; a server that fails ends up in the result."""
    result = UsersResult(server, case, crowd, 0, 0, 0, 0, 0, {}, 0.0, (), "")
    try:
        with TemporaryDirectory() as folder:
            words = (server, str(case.threads), str(Path(folder)))
            with serving("benchmarks.users.serve", *words, env={}) as process:
                return _visited(process, result)
    except StepError as error:
        return replace(result, trouble=str(error))


def _visited(server: Server, result: UsersResult) -> UsersResult:
    case, crowd = result.case, result.crowd
    _send(server, case, _WARM_UP, Seen())
    before = _settled(server, None, case.threads)
    server.read()
    seen = Seen()
    _send(server, case, crowd, seen)
    lags = [lag for _, lag in server.read().lags]
    after = _settled(server, before, case.threads)
    return replace(
        result,
        answered=seen.answered,
        cut=seen.cut,
        mixed_up=seen.troubles["mix-up"],
        errors=seen.troubles["error"],
        hanging=seen.troubles["hang"],
        leaks=leaks(before, after, case.threads),
        lag=percentile(lags, 99) if lags else 0.0,
        examples=tuple(seen.examples),
    )


def _send(server: Server, case: Case, crowd: Crowd, seen: Seen) -> None:
    users = [User(f"{crowd.users}-{number}", server.port, seen) for number in range(crowd.users)]
    run(send_users(users, case.leaving, crowd.seconds))


def _settled(server: Server, before: Census | None, threads: int) -> Census:
    """Return the census once nothing is under way any more, or as it is when the time is over."""
    end = time.monotonic() + _SETTLE
    while True:
        now = Census(**server.ask("census"))
        held = leaks(before or now, now, threads)
        if not held or time.monotonic() > end:
            return now
        time.sleep(0.2)
