"""Take a suite again when next to nothing is missing: some tests fail by chance on Flask too.

Watchers of the file system and timers do, on a loaded machine. A test that passes in some of the
runs only is reported as unstable, not kept quiet.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmarks.apps.requests_seen import Served
from benchmarks.apps.suite import SuiteRun

# More missing tests than this are no chance, nor are those that are missing in this many runs.
_FEW = 2
_RUNS = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """A run of a suite, who served its requests, and the tests that pass in some runs only."""

    suite: SuiteRun
    served: Served | None
    unstable: tuple[str, ...]


def steady(take: Callable[[], Taken], *, lacking: Callable[[SuiteRun], int]) -> Taken:
    """Return the best of some runs, more than one only while a test or two are lacking."""
    runs = [take()]
    while len(runs) < _RUNS and 0 < lacking(runs[-1].suite) <= _FEW:
        runs.append(take())
    passed = [run.suite.passed for run in runs]
    unstable = frozenset.union(*passed) - frozenset.intersection(*passed)
    best = min(runs, key=lambda run: lacking(run.suite))
    return replace(best, unstable=tuple(sorted(unstable)))
