"""What other tools take that rewrite Python, where they are installed."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# Each with the options of a usual run; the files follow.
TOOLS: Mapping[str, tuple[str, ...]] = {
    "pyupgrade": ("--py311-plus", "--exit-zero-even-if-changed"),
    "django-upgrade": ("--target-version", "5.1", "--exit-zero-even-if-changed"),
    "fixit": ("--quiet", "lint"),
}

# More files than this do not fit into one command line.
_BATCH = 500

# The slowest of them takes minutes for these.
_MOST_LINES = 100_000

_LIMIT = 1800.0


@dataclass(frozen=True, slots=True)
class Floor:
    """CPU seconds of a tool, its start not counted; None where `trouble` says why."""

    name: str
    seconds: float | None
    trouble: str


def floors(root: Path, paths: Sequence[str], lines: int) -> tuple[Floor, ...]:
    """Run every tool over copies of the files at `paths` below `root`, which have so many lines."""
    if lines > _MOST_LINES:
        return tuple(
            Floor(name, None, f"not run over more than {_MOST_LINES} lines") for name in TOOLS
        )
    return tuple(_floor(name, root, paths) for name in TOOLS)


def _floor(name: str, root: Path, paths: Sequence[str]) -> Floor:
    tool = _find(name)
    if tool is None:
        return Floor(name, None, "not installed")
    with TemporaryDirectory() as scratch:
        copies = [_copied(root / path, Path(scratch) / path) for path in paths]
        empty = Path(scratch) / "empty_module.py"
        empty.touch()
        try:
            start = _cpu((tool, *TOOLS[name]), [empty])
            return Floor(name, max(0.0, _cpu((tool, *TOOLS[name]), copies) - start), "")
        except subprocess.TimeoutExpired:
            return Floor(name, None, f"took longer than {_LIMIT:g} s")


def _find(name: str) -> str | None:
    """Return the tool of this environment, or else of the user's."""
    folder = Path(sys.executable).parent
    return shutil.which(name, path=os.pathsep.join((str(folder), os.environ.get("PATH", ""))))


def _copied(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def _cpu(command: Sequence[str], files: Sequence[Path]) -> float:
    """Return the CPU seconds of a command over files, processes that it starts included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for index in range(0, len(files), _BATCH):
        # The exit status tells whether a tool found something, which is all the same here.
        subprocess.run(  # noqa: S603  a tool by its name
            (*command, *map(str, files[index : index + _BATCH])),
            capture_output=True,
            check=False,
            timeout=_LIMIT,
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
