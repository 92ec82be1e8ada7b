"""Run a project's tests on Flask under the migrator's recorder; hold the inference to it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.apps import environments
from benchmarks.apps.locks import locked
from benchmarks.apps.manifest import Project
from benchmarks.apps.sides import Plan, Step, lay_out, request_for
from benchmarks.apps.steadiness import Taken, steady
from benchmarks.apps.suite import run_suite
from benchmarks.errors import BenchmarkError, StepError
from benchmarks.evidence.results import NONE, Counts, EvidenceResult
from benchmarks.network import isolation
from migrator.facts.agreement import Agreement, Decision
from migrator.options import Options
from migrator.output.report import Report
from migrator.pipeline import plan_files, read_project
from migrator.progress import silent
from migrator.trial.recording import Recorded, read, recording


def measure(project: Project, plan: Plan, step: Step) -> EvidenceResult:
    """Measure `project`; a step that fails ends up in the result, not in an exception."""
    result = EvidenceResult(
        name=project.name,
        network=isolation().reason,
        app=NONE,
        tests=NONE,
        disagreements=(),
        unexplained=(),
        passed=0,
        unstable=(),
        due=project.passed_on_flask,
        trouble="",
    )
    try:
        with locked(plan.places.lock(project.name)):
            return _measure(project, plan, step, result)
    except BenchmarkError as error:
        return replace(result, trouble=str(error))


def _measure(project: Project, plan: Plan, step: Step, result: EvidenceResult) -> EvidenceResult:
    tree = lay_out(project, plan, "flask", None, step)
    environments.set_up(project, plan.places.environment(project.name, "flask"), tree)
    files = read_project(tree, Options(), silent)
    step("tests on Flask, under the recorder")
    taken, recorded = _recorded(project, plan, tree, [file.path for file in files])
    if not recorded.evidence:
        raise StepError("the recorder saw nothing of the project")
    step("inference")
    report = plan_files(str(tree), files, Options(), evidence=recorded.evidence)
    return replace(
        result,
        app=_counts(report.agreement, in_test=False),
        tests=_counts(report.agreement, in_test=True),
        disagreements=tuple(_disagreements(report.agreement)),
        unexplained=tuple(sorted(_unexplained(report))),
        passed=len(taken.suite.passed),
        unstable=taken.unstable,
        trouble=taken.suite.trouble,
    )


def _recorded(
    project: Project, plan: Plan, tree: Path, paths: Iterable[str]
) -> tuple[Taken, Recorded]:
    records = plan.places.log(project.name, "flask", "evidence.jsonl")
    records.parent.mkdir(parents=True, exist_ok=True)
    records.unlink(missing_ok=True)
    path = project.env.get("PYTHONPATH", "")
    more = recording(tree, paths, records, original=None, path=path)
    request = request_for(project, plan, "flask", (), more)
    taken = steady(
        lambda: Taken(run_suite(project, request), None, ()),
        lacking=lambda suite: project.passed_on_flask - len(suite.passed),
    )
    return taken, read(records)


def _counts(agreement: Agreement, *, in_test: bool) -> Counts:
    def count(decisions: Iterable[Decision]) -> int:
        return sum(it.in_test is in_test for it in decisions)

    found, confirmed = count(agreement.found), count(agreement.confirmed)
    return Counts(
        seen=found + count(agreement.missed),
        found=found,
        run=confirmed + count(agreement.wrong),
        confirmed=confirmed,
    )


def _disagreements(agreement: Agreement) -> Iterator[str]:
    for what, decisions in (("missed", agreement.missed), ("wrong", agreement.wrong)):
        for it in decisions:
            yield f"{what}: {it.place.path}:{it.place.line} {it.used}"


def _unexplained(report: Report) -> Iterator[str]:
    for function, decision in report.unexplained.items():
        yield f"{function}: {decision.used} at line {decision.place.line}"
