"""From a project's files to the plan of its migration, layer by layer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from migrator.coloring.solve import color
from migrator.coloring.tests import color_tests
from migrator.coloring.unexplained import unexplained
from migrator.facts.agreement import NOTHING_SEEN, Agreement, compare
from migrator.facts.blocking import find_blocking
from migrator.facts.evidence import NO_EVIDENCE, Evidence
from migrator.facts.infer import infer
from migrator.facts.library_apps import library_apps
from migrator.facts.missed import hints_of, with_seen_calls
from migrator.facts.model import Facts
from migrator.garbage import no_collections
from migrator.index.build import index
from migrator.options import Options, TestMode
from migrator.output.disagreements import disagreements
from migrator.output.notes import noted, with_files, with_last_notes
from migrator.output.plans import file_plan, function_reports, in_order
from migrator.output.report import Report
from migrator.progress import Progress, silent
from migrator.project_files.kinds import Needs
from migrator.project_files.plan import plan_project_files
from migrator.python2 import set_aside
from migrator.rules._discover import chosen_rules, names, packages_of
from migrator.rules._run import by_path, demands_in_tests, demands_of, edits_of, findings_of
from migrator.rules._tests import has_async_tests, has_companion, tests_that_stay
from migrator.source.data_of_tests import read_unless_broken_data
from migrator.source.files import SourceFile, discover
from migrator.source.parse import parse
from migrator.source.relevance import related
from migrator.suppress import allowed, hold, kept_lines, unknown_names

_ENVIRONMENTS = ("site-packages", "dist-packages")
"""Folders of installed packages: looking at one is fine, but it is no project with settings."""


def plan(root: str | Path, options: Options | None = None, progress: Progress = silent) -> Report:
    """Plan the migration of the project at *root*; nothing is written.

    Raises :exc:`migrator.errors.MigratorError` where the input cannot be read.
    """
    chosen = options or Options()
    files, findings = set_aside(read_project(root, chosen, progress))
    report = plan_project(root, files, chosen, progress)
    return replace(report, findings=in_order((*report.findings, *findings)))


def read_project(root: str | Path, options: Options, progress: Progress) -> list[SourceFile]:
    """Read the Python files of the project, without data of its tests that is no Python.

    Raises :exc:`migrator.errors.UnreadableSource` where one cannot be read.
    """
    paths = discover(root, options.exclude)
    files = (read_unless_broken_data(root, path) for path in progress(paths, "Reading"))
    return [file for file in files if file is not None]


def plan_project(
    root: str | Path,
    files: Sequence[SourceFile],
    options: Options,
    progress: Progress = silent,
    evidence: Evidence = NO_EVIDENCE,
) -> Report:
    """Plan the migration of *files*, the Python files of the project at *root*, and of the rest.

    *evidence* is what a run of the project's tests saw, if there was one.
    """
    report = plan_files(str(root), files, options, progress, evidence)
    if not options.only:
        report = _with_project_files(report, Path(root))
    return _annotated(report, files, options, evidence) if options.annotate else report


def _annotated(
    report: Report, files: Sequence[SourceFile], options: Options, evidence: Evidence
) -> Report:
    """Plan again over files with notes on what *report* says, and keep what it says."""
    found = noted(files, report)
    moved = evidence.moved({it.file.path: it.line for it in found})
    again = plan_files(report.root, [it.file for it in found], options, evidence=moved)
    planned = with_files(report, again.files)
    return with_last_notes(planned, lambda results: plan_files(report.root, results, options))


def _with_project_files(report: Report, root: Path) -> Report:
    """Add what changes besides Python code, if Python code changes."""
    if not report.changed or root.name in _ENVIRONMENTS:
        return report
    uses_shims = any(b"compat_shims" in file.after for file in report.files)
    applied = frozenset(name for file in report.changed for name in file.rules)
    needs = Needs(bool(report.tests), uses_shims, packages_of(applied), report.async_tests)
    plans, findings = plan_project_files(root, needs)
    return replace(report, files=(*report.files, *plans), findings=(*report.findings, *findings))


@no_collections()
def plan_files(
    root: str,
    files: Sequence[SourceFile],
    options: Options,
    progress: Progress = silent,
    evidence: Evidence = NO_EVIDENCE,
) -> Report:
    """Plan the migration of *files*, wherever they come from."""
    rules = chosen_rules(options)
    facts, agreement = _facts(related(files, "flask"), evidence)
    kept = kept_lines(facts)
    colors = color(facts, hold(facts, demands_of(rules, facts), kept), options)
    if options.tests is TestMode.MIGRATE:
        demands = hold(facts, demands_in_tests(rules, facts, colors), kept)
        companion = has_companion(facts, colors)
        colors = color_tests(facts, colors, demands, has_companion=companion)
    not_explained = unexplained(agreement, colors)
    edits = by_path(allowed(edits_of(rules, facts, colors), kept))
    trees = {it.file.path: it.tree for it in facts.program.modules.values()}
    _check(file for file in files if file.path not in trees)
    return Report(
        root=root,
        strategy=options.strategy,
        files=tuple(
            file_plan(file, edits.get(file.path, []), trees.get(file.path))
            for file in progress(files, "Editing")
        ),
        functions=function_reports(facts, colors),
        findings=in_order(
            (
                *findings_of(rules, facts, colors),
                *unknown_names(kept, names()),
                *disagreements(facts, agreement, not_explained),
            )
        ),
        needs_companion=colors.needs_companion,
        tests=tests_that_stay(facts, colors),
        async_tests=has_async_tests(facts, colors),
        agreement=agreement,
        unexplained=not_explained,
    )


def _facts(files: Iterable[SourceFile], evidence: Evidence) -> tuple[Facts, Agreement]:
    """Infer the facts, again where they show which classes make apps, or a run of the tests did."""
    program = index(files)
    facts = infer(program)
    apps = library_apps(facts)
    if apps:
        facts = infer(program, library_apps=apps)
    agreement = compare(facts, evidence) if evidence else NOTHING_SEEN
    if hints := hints_of(agreement):
        facts = infer(program, hints, apps)
    facts = with_seen_calls(facts, agreement)
    return replace(facts, blocking=find_blocking(facts)), agreement


def _check(files: Iterable[SourceFile]) -> None:
    """Refuse what is no Python, though it needs no analysis: the project may be misread."""
    for file in files:
        parse(file)
