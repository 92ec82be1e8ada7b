"""The report of a migration: pure data whose exit status is a property."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.coloring.colors import Link, State, Verdict
from migrator.facts.agreement import NOTHING_SEEN, Agreement, Decision
from migrator.facts.model import EntryPoint
from migrator.findings import Finding
from migrator.index.symbols import FunctionId


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file's planned content: ``before`` is ``None`` for a new file."""

    path: str
    before: bytes | None
    after: bytes
    rules: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether writing this plan would change the disk."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class FunctionReport:
    """What becomes of one function of the app."""

    verdict: Verdict
    entry_points: tuple[EntryPoint, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole plan of a migration, before anything is written.

    ``needs_companion`` says why the migrated app still needs ``compat_shims``: empty for an app
    that comes out as plain Quart. ``tests`` are the paths of the test files that stay Flask's
    tests, and ``async_tests`` says that pytest runs others as async ones. ``agreement`` says how
    far the inference and a run of the tests agree, if there was one, and ``unexplained`` which
    functions were seen to need an await and are not planned so.
    """

    root: str
    strategy: str
    files: tuple[FilePlan, ...]
    functions: tuple[FunctionReport, ...]
    findings: tuple[Finding, ...]
    needs_companion: tuple[Link, ...] = ()
    tests: tuple[str, ...] = ()
    async_tests: bool = False
    agreement: Agreement = NOTHING_SEEN
    unexplained: Mapping[FunctionId, Decision] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[FilePlan, ...]:
        """The files that the migration changes or adds."""
        return tuple(file for file in self.files if file.changed)

    @property
    def states(self) -> Mapping[State, int]:
        """How many functions end in each state."""
        return Counter(function.verdict.state for function in self.functions)

    @property
    def exit_status(self) -> int:
        """0: nothing is left to do by hand; 1: there are findings."""
        return 1 if self.findings else 0
