"""What a measured extension comes to."""

from dataclasses import dataclass

from benchmarks.apps.comparison import Comparison
from benchmarks.apps.manifest import Role
from benchmarks.apps.results import Baseline, OnQuart
from benchmarks.apps.suite import SuiteRun


@dataclass(frozen=True, slots=True)
class Patched:
    """The suite under quart-flask-patch, for comparison, and what it lost."""

    suite: SuiteRun
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class ExtensionResult:
    """One extension of the scoreboard; `trouble` is the step that failed, or empty.

    ``network`` is empty where the tests were cut off from it, else why they were not.
    """

    name: str
    role: Role
    network: str
    baseline: Baseline | None
    quart: OnQuart | None
    patched: Patched | None
    trouble: str

    @property
    def holds(self) -> bool:
        """Whether the baseline is the manifest's and nothing was lost on Quart."""
        if self.baseline is None or self.quart is None or self.trouble:
            return False
        return (
            not self.baseline.deviations
            and not self.quart.taken.suite.trouble
            and self.quart.comparison.clean
        )
