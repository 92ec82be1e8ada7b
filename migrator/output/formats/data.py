"""The report as plain data, from which the machine-readable formats are made."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TypedDict

from migrator.coloring.colors import Link
from migrator.findings import Finding
from migrator.output.report import FunctionReport, Report


class LinkData(TypedDict):
    """One link of a reason chain."""

    path: str
    line: int
    text: str


class FileData(TypedDict):
    """One file of the project."""

    path: str
    changed: bool
    new: bool
    rules: list[str]


class FunctionData(TypedDict):
    """One function: ``entry_point`` names its outside callers, ``null`` if there are none."""

    path: str
    line: int
    name: str
    entry_point: str | None
    state: str
    needs_await: bool
    barrier: str | None
    reason: list[LinkData]


class FindingData(TypedDict):
    """One thing that is left for the user."""

    rule: str
    path: str
    line: int
    message: str
    why: str
    next_step: str


class ReportData(TypedDict):
    """The whole report."""

    version: str
    strategy: str
    files: list[FileData]
    functions: list[FunctionData]
    findings: list[FindingData]
    needs_companion: list[LinkData]
    summary: dict[str, int]


def report_data(report: Report) -> ReportData:
    """Return *report* as data that :mod:`json` can write."""
    return {
        "version": migrator_version(),
        "strategy": str(report.strategy),
        "files": [
            {
                "path": plan.path,
                "changed": plan.changed,
                "new": plan.before is None,
                "rules": list(plan.rules),
            }
            for plan in report.files
        ],
        "functions": [_function(function) for function in report.functions],
        "findings": [_finding(finding) for finding in report.findings],
        "needs_companion": _links(report.needs_companion),
        "summary": _summary(report),
    }


def migrator_version() -> str:
    """Return the version of the installed distribution, or ``unknown`` from a bare checkout."""
    try:
        return version("flask-to-quart")
    except PackageNotFoundError:
        return "unknown"


def _summary(report: Report) -> dict[str, int]:
    states = {state.value: count for state, count in sorted(report.states.items())}
    return {
        "files": len(report.files),
        "changed_files": len(report.changed),
        "functions": len(report.functions),
        **{f"{state}_functions": states.get(state, 0) for state in ("async", "sync", "bridged")},
        "findings": len(report.findings),
    }


def _function(function: FunctionReport) -> FunctionData:
    verdict = function.verdict
    roles = dict.fromkeys(str(it.role) for it in function.entry_points)
    return {
        "path": verdict.function.path,
        "line": verdict.function.line,
        "name": verdict.function.name,
        "entry_point": ", ".join(roles) or None,
        "state": verdict.state.value,
        "needs_await": verdict.needs_await,
        "barrier": verdict.barrier,
        "reason": _links(verdict.reason),
    }


def _finding(finding: Finding) -> FindingData:
    return {
        "rule": finding.rule,
        "path": finding.location.path,
        "line": finding.location.span.line,
        "message": finding.message,
        "why": finding.why,
        "next_step": finding.next_step,
    }


def _links(links: Sequence[Link]) -> list[LinkData]:
    return [
        {"path": link.location.path, "line": link.location.span.line, "text": link.text}
        for link in links
    ]
