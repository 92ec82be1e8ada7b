"""How many requests a test run sent, and who answered them."""

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Served:
    """Requests answered by a Quart app, and by a Flask app that no Quart app stands behind."""

    by_quart: int = 0
    by_flask: int = 0

    def __add__(self, other: "Served") -> "Served":
        """Sum two parts of a run."""
        return Served(self.by_quart + other.by_quart, self.by_flask + other.by_flask)

    def __bool__(self) -> bool:
        """Tell whether any request was sent."""
        return bool(self.by_quart or self.by_flask)


class RequestCounter:
    """Counts requests, whatever thread answers them."""

    def __init__(self) -> None:
        """Start at zero."""
        self._lock = threading.Lock()
        self._served = Served()

    def quart_served(self) -> None:
        """Count one request that reached a Quart app."""
        self._add(Served(by_quart=1))

    def flask_served(self) -> None:
        """Count one request that a Flask app answered by itself."""
        self._add(Served(by_flask=1))

    def take(self) -> Served:
        """Return what was counted since the last call."""
        with self._lock:
            served, self._served = self._served, Served()
        return served

    def _add(self, served: Served) -> None:
        with self._lock:
            self._served += served


requests = RequestCounter()
"""The requests of this process, counted while `compat_shims.testing.install` is in force."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a whole run did."""

    served: Served = Served()
    tests: int = 0
    requesting: tuple[str, ...] = ()
    """Ids of the tests that sent a request, in the order in which they ran."""

    def line(self) -> str:
        """Return the summary: one line that a program can parse."""
        return (
            f"flask-to-quart: {self.served.by_quart} requests served by Quart, "
            f"{self.served.by_flask} by Flask alone, in {self.tests} tests "
            f"of which {len(self.requesting)} sent a request"
        )

    def with_test(self, name: str, served: Served) -> "Tally":
        """Add one test that was executed."""
        requesting = (*self.requesting, name) if served else self.requesting
        return Tally(self.served + served, self.tests + 1, requesting)

    def with_requests(self, served: Served) -> "Tally":
        """Add requests that no test sent (a fixture of the whole session did)."""
        return Tally(self.served + served, self.tests, self.requesting)
