"""The ratio of planning a migration to parsing, from rounds in processes of their own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.apps.distribution import CHECKOUT
from benchmarks.codemod.floors import Floor, floors
from benchmarks.errors import StepError
from benchmarks.stats import Spread, spread
from migrator.source.files import discover

_LIMIT = 1800.0


@dataclass(frozen=True, slots=True)
class Round:
    """CPU seconds of one round, measured side by side in one process; `peak` memory in bytes."""

    parse: float
    plan: float
    libcst: float
    peak: int


@dataclass(frozen=True, slots=True)
class CodemodResult:
    """The rounds over one project: `limit` is the most that plan over parse may be.

    ``floors`` are other tools over the same files.
    """

    name: str
    files: int
    lines: int
    limit: float
    rounds: tuple[Round, ...]
    floors: tuple[Floor, ...]

    @property
    def plan(self) -> Spread:
        """Plan over parse, of the rounds."""
        return spread([one.plan / one.parse for one in self.rounds])

    @property
    def libcst(self) -> Spread:
        """A LibCST round trip of every file over parse, of the rounds."""
        return spread([one.libcst / one.parse for one in self.rounds])

    @property
    def peak(self) -> int:
        """The most memory that a plan held, in bytes."""
        return max(one.peak for one in self.rounds)

    def over_parse(self, tool: str) -> float | None:
        """Return what another tool took over parse, None where that was not measured."""
        parse = median(one.parse for one in self.rounds)
        taken = (floor.seconds for floor in self.floors if floor.name == tool)
        seconds = next(taken, None)
        return None if seconds is None else seconds / parse

    @property
    def holds(self) -> bool:
        """Whether the median ratio is within the limit."""
        return self.plan.median <= self.limit


def measure(name: str, root: Path, *, rounds: int, limit: float) -> CodemodResult:
    """Take `rounds` rounds over the Python files of `root`.

    Raises:
        StepError: A round failed, or there are no Python files.

    """
    paths = discover(root)
    if not paths:
        raise StepError(f"{root}: holds no Python files.")
    lines = sum((root / path).read_bytes().count(b"\n") for path in paths)
    taken = tuple(take(root) for _ in range(rounds))
    return CodemodResult(name, len(paths), lines, limit, taken, floors(root, paths, lines))


def take(root: Path) -> Round:
    """Take one round in a process of its own."""
    finished = subprocess.run(  # noqa: S603  our own module
        (sys.executable, "-m", "benchmarks.codemod.round", str(root)),
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT,
    )
    if finished.returncode != 0:
        last = finished.stderr.strip().splitlines()[-1:] or ["it printed nothing"]
        raise StepError(f"{root}: a round failed: {last[0]}")
    return Round(**json.loads(finished.stdout))
