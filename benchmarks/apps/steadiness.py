"""Take a suite once more when next to nothing is missing: some tests fail by chance on Flask too.

Watchers of the file system and timers do, on a loaded machine. A test that passes in one run of
two is reported as unstable, not kept quiet.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmarks.apps.requests_seen import Served
from benchmarks.apps.suite import SuiteRun

# More missing tests than this are no chance.
_FEW = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """A run of a suite, who served its requests, and the tests that pass in some runs only."""

    suite: SuiteRun
    served: Served | None
    unstable: tuple[str, ...]


def steady(take: Callable[[], Taken], *, lacking: Callable[[SuiteRun], int]) -> Taken:
    """Return the better of two runs, the second only where the first lacks a test or two."""
    first = take()
    if not 0 < lacking(first.suite) <= _FEW:
        return first
    second = take()
    unstable = tuple(sorted(first.suite.passed ^ second.suite.passed))
    better = min(first, second, key=lambda taken: lacking(taken.suite))
    return replace(better, unstable=unstable)
