"""Tells how the project's tests went before and after the migration."""

from collections.abc import Iterator

from migrator.trial.compare import Comparison
from migrator.trial.outcome import Run

_LAST_LINES = 12
"""How much of a command's output is enough to see why it failed."""


def render(comparison: Comparison) -> str:
    """Return the figures of both runs, and each test that would be lost with its error."""
    return "\n".join(_lines(comparison))


def _lines(comparison: Comparison) -> Iterator[str]:
    before, after, lost = comparison.before, comparison.after, comparison.lost
    yield f"Tests before the migration: {_figures(before)}"
    yield f"Tests after the migration:  {_figures(after)}"
    if after.served_by_quart is not None:
        yield f"Requests served by Quart:   {after.served_by_quart}"
    if lost:
        yield f"Passed before and not now:  {len(lost)}"
    for test in lost:
        yield f"  {test.name}: {test.now}"
    if not comparison.holds and not after.failed:
        yield last_lines(after)


def _figures(run: Run) -> str:
    ended = "" if run.status == 0 else f", exit status {run.status}"
    if run.tests is None:
        return f"the command left no report of pytest{ended or ', exit status 0'}"
    failed = f", {len(run.failed)} failed" if run.failed else ""
    return f"{len(run.passed)} passed{failed}{ended}"


def last_lines(run: Run) -> str:
    """Return the end of what the command printed, indented."""
    lines = run.output.rstrip().splitlines()[-_LAST_LINES:]
    return "\n".join(f"    {line}".rstrip() for line in lines)
