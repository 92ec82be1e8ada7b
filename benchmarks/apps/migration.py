"""Migrate a tree with the migrator of this checkout, and read what it reports."""

import hashlib
import os
import re
import shlex
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from benchmarks.apps.distribution import CHECKOUT
from benchmarks.apps.manifest import Project
from benchmarks.apps.places import PYTEST_SETTINGS
from benchmarks.errors import StepError
from benchmarks.processes import describe, run
from benchmarks.reading import read_json

# Above these the migrator wrote nothing: wrong usage, or a failed self-check.
_WROTE = (0, 1)

_LIMIT = 600.0

_TEST_FILE = re.compile(r"(^|/)(conftest|test_[^/]*|[^/]*_test)\.py$")


@dataclass(frozen=True, slots=True)
class Migration:
    """What a migration did: functions by state, findings by rule, files, wall-clock seconds.

    ``needing`` counts, of them, those that need an await.
    ``edited_tests`` are the test files that no longer have the bytes they had; ``switched_on``
    says whether the tree's own pytest settings now load the plugin that serves tests by Quart (the
    runner's options would load it too, and hide that they do not).
    """

    states: Mapping[str, int]
    needing: Mapping[str, int]
    findings: Mapping[str, int]
    changed_files: int
    edited_tests: tuple[str, ...]
    switched_on: bool
    seconds: float

    @property
    def async_share(self) -> float | None:
        """Of the functions that need an await, the share that became async; None if none does."""
        due = sum(self.needing.values())
        return self.needing.get("async", 0) / due if due else None


class Counts(TypedDict):
    """What can be counted in the migrator's report, named as in :class:`Migration`."""

    states: Mapping[str, int]
    needing: Mapping[str, int]
    findings: Mapping[str, int]
    changed_files: int


def migrate(project: Project, tree: Path, *, strategy: str, report: Path) -> Migration:
    """Migrate `tree` in place.

    Raises:
        StepError: The migrator wrote nothing.

    """
    before = digests(project, tree)
    command = (sys.executable, "-m", "migrator", str(tree), "--strategy", strategy)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    finished = run(
        (*command, "--format", "json", "--report", str(report)),
        cwd=tree.parent,
        env=migrator_variables(tree),
        limit=_LIMIT,
        log=report.with_suffix(".log"),
    )
    if finished.status not in _WROTE or not report.is_file():
        raise StepError(f"the migrator {describe(finished)}")
    after = digests(project, tree)
    edited = tuple(sorted(path for path in before if after.get(path) != before[path]))
    return Migration(
        **counts(read_json(report)),
        edited_tests=edited,
        switched_on=switched_on(tree),
        seconds=round(finished.seconds, 1),
    )


def migrator_variables(tree: Path) -> dict[str, str]:
    """Return variables under which this checkout's migrator sees no git repository above `tree`."""
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "GIT_CEILING_DIRECTORIES": str(tree.parent)}


def counts(report: Mapping[str, list[dict[str, object]]]) -> Counts:
    """Count what the migrator's JSON report holds."""
    functions = report.get("functions", [])
    return Counts(
        states=Counter(str(one["state"]) for one in functions),
        needing=Counter(str(one["state"]) for one in functions if one["needs_await"]),
        findings=Counter(str(finding["rule"]) for finding in report.get("findings", [])),
        changed_files=sum(bool(file["changed"]) for file in report.get("files", [])),
    )


def switched_on(tree: Path) -> bool:
    """Say whether the pytest settings of `tree` have its tests served by Quart."""
    files = (tree / name for name in PYTEST_SETTINGS)
    return any("quart_served" in file.read_text("utf-8") for file in files if file.is_file())


def digests(project: Project, tree: Path) -> Mapping[str, str]:
    """Return a digest of each test file: Python tests anywhere, any file in the tests' folders."""
    folders = folders_of_tests(project)
    found = {}
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree).as_posix()
        if path.is_file() and (_TEST_FILE.search(name) or name.startswith(folders)):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return {name: digest for name, digest in found.items() if "__pycache__" not in name}


def folders_of_tests(project: Project) -> tuple[str, ...]:
    """Return the folders, with a slash, that the project's test command names."""
    _, _, arguments = project.test.partition("-m pytest")
    words = [word for word in shlex.split(arguments) if not word.startswith("-")]
    return tuple(f"{word.rstrip('/')}/" for word in words if word != "." and "." not in word)
