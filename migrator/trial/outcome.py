"""What one run of the project's test command came to, as data."""

import re
from dataclasses import dataclass
from typing import Literal

Result = Literal["passed", "failed", "skipped"]

_SERVED = re.compile(r"flask-to-quart: (\d+) requests served by Quart")


@dataclass(frozen=True, slots=True)
class Test:
    """One test: ``package.module.Class::name``, its result, the first line of its error."""

    # pytest would take the name for a class of tests.
    __test__ = False

    name: str
    result: Result
    error: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A command that ended: its exit status, stdout and stderr together, and its tests by name.

    ``tests`` is ``None`` where the command left no report, because it does not run pytest.
    """

    status: int
    output: str
    tests: dict[str, Test] | None = None

    @property
    def passed(self) -> frozenset[str]:
        """The names of the tests that passed."""
        tests = (self.tests or {}).values()
        return frozenset(test.name for test in tests if test.result == "passed")

    @property
    def failed(self) -> frozenset[str]:
        """The names of the tests that failed, or whose fixtures did."""
        tests = (self.tests or {}).values()
        return frozenset(test.name for test in tests if test.result == "failed")

    @property
    def is_good_for_nothing(self) -> bool:
        """Whether the command failed without a test that passed: it can tell nothing."""
        return self.status != 0 and not self.passed

    @property
    def served_by_quart(self) -> int | None:
        """How many requests Quart served, by the summary of our pytest plugin; else ``None``."""
        counts = [int(count) for count in _SERVED.findall(self.output)]
        return sum(counts) if counts else None
