"""The report as Markdown, for a pull request."""

import re
from collections.abc import Iterable, Sequence

from migrator.coloring.colors import State
from migrator.output.report import FunctionReport, Report


def render(report: Report) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    sections = [_summary(report), _functions(report), _companion(report), _findings(report)]
    return "\n\n".join(section for section in sections if section) + "\n"


def _summary(report: Report) -> str:
    states = report.states
    counts = [len(report.changed), *(states.get(it, 0) for it in _STATES), len(report.findings)]
    table = _table(["files changed", *_STATES, "left to do"], [[str(count) for count in counts]])
    return f"# From Flask to Quart\n\nStrategy `{report.strategy}`.\n\n{table}"


_STATES = (State.ASYNC, State.SYNC, State.BRIDGED)


def _functions(report: Report) -> str:
    if not report.functions:
        return ""
    rows = [_row(function) for function in report.functions]
    return "## Functions\n\n" + _table(["function", "state", "why"], rows)


def _row(function: FunctionReport) -> list[str]:
    verdict = function.verdict
    name = f"`{verdict.function.path}:{verdict.function.line}` {verdict.function.name}"
    reasons = [f"{link.text} (`{link.location}`)" for link in verdict.reason]
    return [name, verdict.state.value, "; ".join(reasons)]


def _companion(report: Report) -> str:
    lines = [f"- {link.text} (`{link.location}`)" for link in report.needs_companion]
    return "\n".join(["## Still needs `compat_shims`\n", *lines]) if lines else ""


def _findings(report: Report) -> str:
    if not report.findings:
        return "## Left to do\n\nNothing."
    rows = [
        [f"`{it.location}`", f"{it.message} (`{it.rule}`)", it.why, it.next_step]
        for it in report.findings
    ]
    return "## Left to do\n\n" + _table(["place", "what", "why", "next step"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).replace("|", "\\|")
