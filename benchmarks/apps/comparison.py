"""Hold a run against the manifest, and a run on Quart against the one on Flask."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.apps.manifest import Project
from benchmarks.apps.requests_seen import Served
from benchmarks.apps.suite import SuiteRun
from migrator.trial.outcome import Test

# What differs from run to run in one and the same error.
_VOLATILE = re.compile(r"0x[0-9a-f]+|/[\w./-]+|'[^']*'|\"[^\"]*\"|\d+")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run lost against its baseline, by names of tests.

    ``broken`` passed in the baseline and do not now; ``not_executed`` ran in the baseline and did
    not now; ``new`` ran now only.
    """

    broken: tuple[str, ...]
    not_executed: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether every test that passed still does, and the same tests were executed."""
        return not (self.broken or self.not_executed or self.new)


def compare(baseline: SuiteRun, now: SuiteRun) -> Comparison:
    """Compare two runs of one suite test by test."""
    return Comparison(
        broken=tuple(sorted(baseline.passed - now.passed)),
        not_executed=tuple(sorted(baseline.executed - now.executed)),
        new=tuple(sorted(now.executed - baseline.executed)),
    )


def deviations(project: Project, run: SuiteRun, served: Served | None) -> tuple[str, ...]:
    """Say in what a baseline differs from the manifest's counts.

    More tests may run than were run for the manifest: see :func:`remarks`.
    """
    more = newly_run(project, run)
    pairs = (
        ("passed", len(run.passed) - more, project.passed_on_flask),
        ("failed", len(run.failed), project.failed_on_flask),
        ("skipped", len(run.skipped) + more, project.skipped_on_flask),
        ("sent a request", served.requesting if served else None, project.requesting_on_flask),
    )
    found = [f"{got} {what}, not {due}" for what, got, due in pairs if got != due]
    if project.failing_tests and (odd := run.failed.symmetric_difference(project.failing_tests)):
        found.append(f"other tests fail: {', '.join(sorted(odd))}")
    return (*found, run.trouble) if run.trouble else tuple(found)


def newly_run(project: Project, run: SuiteRun) -> int:
    """Count the tests that pass here and were skipped for the manifest.

    Suites skip what needs a service, such as Redis, that this machine may have.
    """
    more = len(run.passed) - project.passed_on_flask
    return more if 0 < more == project.skipped_on_flask - len(run.skipped) else 0


def remarks(project: Project, run: SuiteRun) -> tuple[str, ...]:
    """Say what is other than in the manifest and no worse for it."""
    more = newly_run(project, run)
    return (f"{more} tests that were skipped for the manifest run here",) if more else ()


def causes(tests: Iterable[Test]) -> Mapping[str, tuple[Test, ...]]:
    """Group failed tests by their error, apart from what is volatile in it; most tests first."""
    groups: dict[str, list[Test]] = defaultdict(list)
    for test in tests:
        if test.result == "failed":
            groups[_VOLATILE.sub("…", test.error)].append(test)
    ranked = sorted(groups.values(), key=lambda group: (-len(group), group[0].error))
    return {group[0].error: tuple(group) for group in ranked}
