"""What a migration would make of each function of an app, asked of the migrator itself."""

import os
import sys
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.apps.migration import migrator_variables
from benchmarks.processes import run
from benchmarks.reading import read_json

_LIMIT = 300.0

_WORDS = {
    "async": "async def; the call moves to a thread",
    "sync": "stays def, which Quart runs in a thread",
    "bridged": "stays Flask code, in a thread",
}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """By file, the first line of each function and what becomes of it, in order."""

    functions: Mapping[Path, list[tuple[int, str]]]

    def of(self, file: Path, line: int) -> str:
        """Return what becomes of the function around a line; empty where that is not known."""
        functions = self.functions.get(file, [])
        index = bisect_right(functions, line, key=lambda pair: pair[0]) - 1
        return functions[index][1] if index >= 0 else ""


def of_migration(folder: Path) -> Verdicts:
    """Plan the migration of `folder`, write nothing, and return the verdicts."""
    with TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        command = (sys.executable, "-m", "migrator", str(folder), "--check", "--format", "json")
        run(
            (*command, "--report", str(report)),
            cwd=folder,
            env=os.environ | migrator_variables(folder),
            limit=_LIMIT,
        )
        functions: dict[Path, list[tuple[int, str]]] = {}
        for entry in read_json(report).get("functions", []):
            words = _WORDS.get(entry["state"], "")
            functions.setdefault(folder / entry["path"], []).append((entry["line"], words))
    return Verdicts({file: sorted(found) for file, found in functions.items()})
