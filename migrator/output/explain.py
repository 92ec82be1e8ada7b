"""Why a function becomes what it becomes: the answer to ``--explain PATH:LINE``."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from migrator.errors import UsageError
from migrator.output.formats.text import explanation, finding_lines
from migrator.output.report import FilePlan, FunctionReport, Report
from migrator.source.files import decode
from migrator.source.parse import parse

_Definition = ast.FunctionDef | ast.AsyncFunctionDef


def explain(report: Report, folder: Path, place: str) -> str:
    """Return the reason chain of the function at *place* and what is left to do there.

    *place* is ``PATH:LINE``; the path is relative to the project's *folder* or to the working
    directory. Raises :exc:`migrator.errors.UsageError` if there is no such place.
    """
    plan, line = _place(report, folder, place)
    found = _function(report, plan, line)
    if found is None:
        first, last = line, line
        lines = [f"{plan.path}:{line} is in no function that the migrator decides about."]
    else:
        name = found.verdict.function
        first, last = next(it for it in _definitions(plan) if it[0] == name.line)
        lines = [explanation(found)]
    for finding in report.findings:
        if finding.location.path == plan.path and first <= finding.location.span.line <= last:
            lines += finding_lines(finding)
    return "\n".join(lines) + "\n"


def _place(report: Report, folder: Path, place: str) -> tuple[FilePlan, int]:
    name, _, number = place.rpartition(":")
    if not name or not number.isdecimal():
        raise UsageError(f"--explain {place}: write PATH:LINE, as in app/views.py:12")
    candidates = {Path(name).as_posix(), _relative(Path(name), folder)}
    for plan in report.files:
        if plan.path in candidates and plan.path.endswith(".py") and plan.before is not None:
            return plan, int(number)
    raise UsageError(f"--explain {place}: the project has no Python file of that name")


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()


def _function(report: Report, plan: FilePlan, line: int) -> FunctionReport | None:
    """Return the innermost function around *line* that the report knows."""
    known = {
        function.verdict.function.line: function
        for function in report.functions
        if function.verdict.function.path == plan.path
    }
    around = [start for start, end in _definitions(plan) if start <= line <= end and start in known]
    return known[max(around)] if around else _decorated(plan, line, known)


def _decorated(
    plan: FilePlan, line: int, known: dict[int, FunctionReport]
) -> FunctionReport | None:
    """Return the function of which a decorator stands at *line*."""
    for node in _nodes(plan):
        decorators = node.decorator_list
        if decorators and decorators[0].lineno <= line < node.lineno:
            return known.get(node.lineno)
    return None


def _definitions(plan: FilePlan) -> Iterator[tuple[int, int]]:
    for node in _nodes(plan):
        yield node.lineno, node.end_lineno or node.lineno


def _nodes(plan: FilePlan) -> Iterator[_Definition]:
    tree = parse(decode(plan.path, plan.before or b""))
    for node in ast.walk(tree):
        if isinstance(node, _Definition):
            yield node
