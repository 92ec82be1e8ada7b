"""Run a project's own tests, and what is known about such a run."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.apps.environments import variables
from benchmarks.apps.manifest import Project
from benchmarks.network import isolation
from benchmarks.processes import TIMED_OUT, Finished, describe, run
from migrator.trial import junit
from migrator.trial.outcome import Test

# No options of the project's own, which would hide or add tests, and no cache from run to run.
# A test that hangs leaves the stacks of its threads in the log.
_PYTEST_ADDOPTS = "-q -o addopts= -o faulthandler_timeout=60 -p no:cacheprovider"

# How often longer than on the manifest's machine a suite may take, and the least limit in seconds.
_PATIENCE = 10
_LEAST_LIMIT = 180.0


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """A run of a project's tests: the tests, the wall-clock seconds, and what went wrong apart.

    `trouble` says why the run counts for nothing, or is empty: pytest ran out of time, left no
    report, or failed as a whole.
    """

    tests: tuple[Test, ...]
    seconds: float
    trouble: str

    @property
    def passed(self) -> frozenset[str]:
        """The names of the tests that passed."""
        return frozenset(test.name for test in self.tests if test.result == "passed")

    @property
    def failed(self) -> frozenset[str]:
        """The names of the tests that failed."""
        return frozenset(test.name for test in self.tests if test.result == "failed")

    @property
    def skipped(self) -> frozenset[str]:
        """The names of the tests that were skipped."""
        return frozenset(test.name for test in self.tests if test.result == "skipped")

    @property
    def executed(self) -> frozenset[str]:
        """The names of the tests that really ran."""
        return self.passed | self.failed


@dataclass(frozen=True, slots=True)
class Request:
    """How to run a suite: where, in which environment, with which more of pytest's options.

    `report` takes the JUnit XML, `log` what pytest prints; `more` are environment variables.
    """

    tree: Path
    environment: Path
    report: Path
    log: Path
    options: tuple[str, ...]
    more: Mapping[str, str]


def run_suite(project: Project, request: Request) -> SuiteRun:
    """Run the project's own test command, cut off from the network where that can be done."""
    request.report.parent.mkdir(parents=True, exist_ok=True)
    request.report.unlink(missing_ok=True)
    finished = run(
        (*isolation().prefix, "bash", "-c", project.test),
        cwd=request.tree,
        env=suite_variables(project, request),
        limit=max(_LEAST_LIMIT, project.seconds * _PATIENCE),
        log=request.log,
    )
    tests = tuple((junit.read(request.report) or {}).values())
    return SuiteRun(tests, round(finished.seconds, 1), _trouble(finished, tests))


def suite_variables(project: Project, request: Request) -> dict[str, str]:
    """Return the variables of the test command; pytest's options travel in ``PYTEST_ADDOPTS``."""
    extra = {**project.env, **request.more}
    options = shlex.join((f"--junitxml={request.report}", *request.options))
    addopts = f"{_PYTEST_ADDOPTS} {options}"
    return variables(request.environment, extra) | {"PYTEST_ADDOPTS": addopts}


def _trouble(finished: Finished, tests: Sequence[Test]) -> str:
    """Say why a run counts for nothing; pytest exits 1 where tests failed, and names them."""
    if finished.status == TIMED_OUT or not tests:
        return describe(finished)
    failed = any(test.result == "failed" for test in tests)
    return "" if finished.status == int(failed) else describe(finished)
