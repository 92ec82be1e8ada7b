"""Holds the run after the migration against the one before: pure, nothing is run here."""

from dataclasses import dataclass

from migrator.trial.outcome import Run, Test


@dataclass(frozen=True, slots=True)
class Lost:
    """A test that passed before and does not now, and what became of it."""

    name: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both runs, and the tests that the migration would lose."""

    before: Run
    after: Run
    lost: tuple[Lost, ...]

    @property
    def holds(self) -> bool:
        """Whether all that passed before passes now, the command as a whole included."""
        return not self.lost and not (self.before.status == 0 and self.after.status != 0)


def compare(before: Run, after: Run) -> Comparison:
    """Return what *after* lost against *before*; without reports the exit status alone counts."""
    now = after.tests or {}
    lost = (Lost(name, _fate(now.get(name))) for name in sorted(before.passed - after.passed))
    return Comparison(before, after, tuple(lost))


def _fate(test: Test | None) -> str:
    if test is None:
        return "did not run"
    return test.error or "was skipped"
