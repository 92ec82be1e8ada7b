"""How far the inference and a project's own tests agree, as counts."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Decisions: `seen` by the tests, those `found` by the inference too; `run`, `confirmed`.

    `run` are the decisions that were inferred and whose place the tests ran, `confirmed` those of
    them that the tests saw.
    """

    seen: int
    found: int
    run: int
    confirmed: int

    @property
    def recall(self) -> float | None:
        """Of what the tests saw, the share that was inferred; None if they saw nothing."""
        return self.found / self.seen if self.seen else None

    @property
    def precision(self) -> float | None:
        """Of what was inferred and run, the share that the tests saw; None if nothing was run."""
        return self.confirmed / self.run if self.run else None


@dataclass(frozen=True, slots=True)
class EvidenceResult:
    """One project: decisions in the `app` and in its `tests`, and where they disagree.

    `unexplained` are functions that were seen to need an await and are not planned so; `passed`
    is how many tests pass under the recorder of `due`, `unstable` those that do in some runs only.
    `trouble` is the step that failed, or empty.
    """

    name: str
    network: str
    app: Counts
    tests: Counts
    disagreements: tuple[str, ...]
    unexplained: tuple[str, ...]
    passed: int
    due: int
    unstable: tuple[str, ...]
    trouble: str

    @property
    def holds(self) -> bool:
        """Whether the run counts, and the inference and the tests agree in everything."""
        whole = self.passed >= self.due and not self.trouble
        return whole and not (self.disagreements or self.unexplained)


NONE = Counts(0, 0, 0, 0)


def total(counts: Iterable[Counts]) -> Counts:
    """Add up `counts`."""
    all_counts = list(counts)
    return Counts(
        seen=sum(one.seen for one in all_counts),
        found=sum(one.found for one in all_counts),
        run=sum(one.run for one in all_counts),
        confirmed=sum(one.confirmed for one in all_counts),
    )
