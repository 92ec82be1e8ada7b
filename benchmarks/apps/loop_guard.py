"""Blocking calls that a migrated project's own code makes on the event loop, while tests run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.apps.manifest import Project
from benchmarks.apps.suite import Request, run_suite
from benchmarks.reading import read_json

PLUGIN = "benchmarks.plugins.loop_guard"
_REPORT = "LOOP_GUARD_REPORT"


@dataclass(frozen=True, slots=True)
class LoopCall:
    """A line of the project that called something that blocks, and how often.

    ``through`` is ``logging``, ``jinja2`` or ``quart`` where that made the call, for any line that
    logs, renders a template or sends a file.
    """

    function: str
    path: str
    line: int
    through: str
    count: int


@dataclass(frozen=True, slots=True)
class OnLoop:
    """The calls of one run, most first; `trouble` says why there was no count, or is empty.

    `passed` is how many tests passed under the guard, which may itself disturb some.
    """

    calls: tuple[LoopCall, ...]
    passed: int
    trouble: str

    @property
    def total(self) -> int:
        """All calls of the project's own, without those that a helper of every app makes."""
        return sum(call.count for call in self.calls if not call.through)


def count_on_loop(project: Project, request: Request) -> OnLoop:
    """Run the suite of `request` once more, under the guard, and count."""
    report = request.log.with_name("quart-loop.json")
    report.unlink(missing_ok=True)
    guarded = replace(
        request,
        report=request.report.with_name("quart-guarded-junit.xml"),
        log=request.log.with_name("quart-guarded-pytest.log"),
        options=("-p", PLUGIN),
        more={**request.more, _REPORT: str(report)},
    )
    suite = run_suite(project, guarded)
    if not report.is_file():
        return OnLoop((), len(suite.passed), suite.trouble or "the guard left no report")
    return OnLoop(calls_of(read_json(report), request.tree), len(suite.passed), "")


def calls_of(report: Mapping[str, Any], tree: Path) -> tuple[LoopCall, ...]:
    """Read the plugin's report; only files of the project's own tree count."""
    return tuple(
        LoopCall(function, Path(path).relative_to(tree).as_posix(), line, through, count)
        for function, path, line, through, count in report["calls"]
        if Path(path).is_relative_to(tree)
    )
