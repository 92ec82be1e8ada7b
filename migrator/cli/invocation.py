"""The command line as data."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrator import config
from migrator.errors import UsageError
from migrator.options import Options, Strategy, TestMode

FORMATS = ("text", "json", "github", "sarif", "markdown", "html")
_PLANNING_NOTHING = ("--undo", "--list-rules", "--show-rule")
_SUFFIXES = {".json": "json", ".sarif": "sarif", ".md": "markdown", ".html": "html"}


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the user typed; ``None``, ``False`` and empty values were not given."""

    path: Path | None = None
    output: Path | None = None
    diff: bool = False
    check: bool = False
    undo: bool = False
    explain: str | None = None
    list_rules: bool = False
    list_native: bool = False
    show_rule: str | None = None
    strategy: str | None = None
    tests: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    native: tuple[str, ...] = ()
    report_format: str | None = None
    report: Path | None = None
    verify: str | None = None
    evidence: str | None = None
    annotate: bool = False
    interactive: bool = False
    allow_dirty: bool = False
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"

    @property
    def root(self) -> Path:
        """The project: a folder, or one Python file.

        Raises :exc:`migrator.errors.UsageError` if there is none.
        """
        if self.path is None:
            raise UsageError("name the project to migrate: python -m migrator path/to/app")
        if not self.path.exists():
            raise UsageError(f"{self.path}: there is no such file or folder")
        if self.path.is_file() and self.path.suffix != ".py":
            raise UsageError(f"{self.path}: this is no Python file; name a project's folder")
        return self.path

    @property
    def folder(self) -> Path:
        """The folder to which the paths of a report are relative."""
        return self.root if self.root.is_dir() else self.root.parent

    @property
    def format(self) -> str:
        """The format of the report: as asked for, else as the report's file is called."""
        suffix = self.report.suffix if self.report else ""
        return self.report_format or _SUFFIXES.get(suffix, "text")

    def check_consistency(self) -> None:
        """Raise :exc:`migrator.errors.UsageError` for options that exclude each other."""
        modes = {
            "--output": self.output is not None,
            "--diff": self.diff,
            "--check": self.check,
            "--undo": self.undo,
            "--explain": self.explain is not None,
            "--list-rules": self.list_rules,
            "--list-native": self.list_native,
            "--show-rule": self.show_rule is not None,
        }
        given = [name for name, is_given in modes.items() if is_given]
        if len(given) > 1:
            raise UsageError(f"{' and '.join(given)} exclude each other: give one of them")
        writing_nothing = [name for name in given if name != "--output"]
        if self.verify is not None:
            self._check_verify(writing_nothing)
        if self.interactive:
            _check_interactive(writing_nothing)
        if self.evidence is not None:
            self._check_evidence([name for name in given if name in _PLANNING_NOTHING])
        if self.quiet and self.verbose:
            raise UsageError("--quiet and --verbose exclude each other: give one of them")
        if self.diff and self.report_format and self.report is None:
            raise UsageError("--diff prints a diff: add --report FILE to get the report as well")

    def _check_verify(self, writing_nothing: Sequence[str]) -> None:
        if writing_nothing:
            raise UsageError(
                f"--verify and {writing_nothing[0]} exclude each other: --verify runs the tests "
                "before the migration is written"
            )
        self._check_command("--verify", self.verify)

    def _check_evidence(self, planning_nothing: Sequence[str]) -> None:
        if planning_nothing:
            raise UsageError(
                f"--evidence and {planning_nothing[0]} exclude each other: --evidence runs the "
                "tests for a plan, and there is none"
            )
        self._check_command("--evidence", self.evidence)

    def _check_command(self, option: str, command: str | None) -> None:
        if not (command or "").strip():
            raise UsageError(f'{option} needs a command: {option} "python -m pytest -q"')
        if self.root.is_file():
            raise UsageError(f"{option} runs tests in a copy of the project: name its folder")

    def options(self) -> Options:
        """Return the project's settings, with what the command line says instead or besides."""
        settings = config.read_options(self.root)
        return replace(
            settings,
            strategy=Strategy(self.strategy) if self.strategy else settings.strategy,
            tests=TestMode(self.tests) if self.tests else settings.tests,
            only=frozenset(self.only) or settings.only,
            skip=settings.skip | frozenset(self.skip),
            exclude=(*settings.exclude, *self.exclude),
            native=settings.native | frozenset(self.native),
            annotate=self.annotate,
        )


def _check_interactive(writing_nothing: Sequence[str]) -> None:
    if writing_nothing:
        raise UsageError(
            f"--interactive and {writing_nothing[0]} exclude each other: --interactive asks before "
            "the migration is written"
        )
    if not sys.stdin.isatty():
        raise UsageError(
            "--interactive asks questions, and standard input is no terminal: leave it out, or "
            "look at the changes with --diff"
        )
