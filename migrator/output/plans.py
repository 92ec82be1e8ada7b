"""Puts a report together: one plan a file, one line a function, the findings in order."""

import ast
from collections.abc import Iterable, Sequence

from migrator.coloring.colors import Colors, State
from migrator.edits.apply import apply
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.output.report import FilePlan, FunctionReport
from migrator.source.files import SourceFile


def file_plan(file: SourceFile, edits: Sequence[Edit], tree: ast.Module | None) -> FilePlan:
    """Return the content of *file* after *edits*; *tree* saves parsing it again.

    Raises :exc:`migrator.errors.EditConflict` where edits contradict each other.
    """
    before, after = file.encode(file.text), file.encode(apply(file, edits, tree))
    return FilePlan(file.path, before, after, tuple(sorted({edit.rule for edit in edits})))


def function_reports(facts: Facts, colors: Colors) -> tuple[FunctionReport, ...]:
    """Return what becomes of each function outside the tests."""
    return tuple(
        FunctionReport(verdict, facts.entry_points.get(function, ()))
        for function, verdict in sorted(colors.verdicts.items())
        if verdict.state is not State.UNTOUCHED
        and not facts.program.modules[facts.program.functions[function].module].is_test
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return *findings* by their place, each once."""
    return tuple(sorted(set(findings), key=lambda finding: (finding.location, finding.rule)))
