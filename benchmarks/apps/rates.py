"""The rates of the scoreboard: tests that passed on Flask and still pass, by project and in all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from benchmarks.apps.migration import Migration
from benchmarks.apps.requests_seen import Served
from benchmarks.apps.results import Baseline, OnQuart
from benchmarks.apps.suite import SuiteRun


class Measured(Protocol):
    """An app or an extension that was measured on both sides, as far as that came."""

    @property
    def baseline(self) -> Baseline | None:
        """The suite on Flask."""

    @property
    def quart(self) -> OnQuart | None:
        """The suite on Quart."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many `kept` of so many `due`."""

    kept: int
    due: int

    @property
    def share(self) -> float:
        """The share that was kept; of nothing, all is."""
        return self.kept / self.due if self.due else 1.0

    def __str__(self) -> str:
        """Say it in figures; short of all it never rounds up to 100 %."""
        return f"{self.kept} of {self.due} ({int(self.share * 1000) / 10:.1f}%)"


def total(rates: Iterable[Rate]) -> Rate:
    """Add rates up."""
    found = list(rates)
    return Rate(sum(rate.kept for rate in found), sum(rate.due for rate in found))


def passing(result: Measured) -> Rate:
    """Return how many of the tests that pass on Flask pass on Quart."""
    return _kept(result.baseline, result.quart.taken.suite if result.quart else None)


def requesting(result: Measured) -> Rate:
    """Return the same over the tests that send a request, on Flask."""
    served = result.baseline.taken.served if result.baseline else None
    suite = result.quart.taken.suite if result.quart else None
    return _kept(result.baseline, suite, among=served or Served(0, 0, ()))


def on_other(baseline: Baseline | None, suite: SuiteRun | None) -> Rate:
    """Return how many of the tests that pass on Flask pass in another run of the suite."""
    return _kept(baseline, suite)


def turned_async(migrations: Iterable[Migration]) -> Rate:
    """Return how many of the functions that need an await became async."""
    return total(
        Rate(migration.needing.get("async", 0), sum(migration.needing.values()))
        for migration in migrations
    )


def _kept(baseline: Baseline | None, suite: SuiteRun | None, among: Served | None = None) -> Rate:
    if baseline is None:
        return Rate(0, 0)
    due = baseline.taken.suite.passed
    if among is not None:
        due = due.intersection(among.tests)
    return Rate(len(due & suite.passed) if suite else 0, len(due))
