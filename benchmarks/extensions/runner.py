"""Measure one extension: its suite on Flask, on Quart by way of the shims, and by the patch."""

from dataclasses import replace

from benchmarks.apps import environments
from benchmarks.apps.comparison import compare
from benchmarks.apps.distribution import Distribution, released
from benchmarks.apps.locks import locked
from benchmarks.apps.manifest import Project
from benchmarks.apps.places import Side
from benchmarks.apps.results import fingerprint, store, stored
from benchmarks.apps.sides import (
    PLUGINS,
    Plan,
    Step,
    baseline,
    entry_of,
    lay_out,
    on_quart_side,
    request_for,
)
from benchmarks.apps.suite import SuiteRun, run_suite
from benchmarks.errors import BenchmarkError
from benchmarks.extensions.results import ExtensionResult, Patched
from benchmarks.network import isolation

PATCH = "quart-flask-patch"


def measure(project: Project, plan: Plan, step: Step) -> ExtensionResult:
    """Measure `project`; a step that fails ends up in the result, not in an exception."""
    kept = plan.places.result(project.name, "extensions")
    made_from = fingerprint((entry_of(project), plan.ours.digest))
    with locked(plan.places.lock(project.name)):
        if plan.resume and (result := stored(kept, ExtensionResult, made_from)):
            return result
        result = _measure(project, plan, step)
        if not result.trouble:
            store(kept, result, made_from)
    return result


def _measure(project: Project, plan: Plan, step: Step) -> ExtensionResult:
    result = ExtensionResult(
        project.name, project.role, isolation().reason, None, None, None, trouble=""
    )
    try:
        before = baseline(project, plan, step)
        result = replace(result, baseline=before)
        _prepare(project, plan, "quart", plan.ours, step)
        step("tests on Quart")
        quart = on_quart_side(project, plan, before.taken.suite, ("--flask-on-quart",))
        result = replace(result, quart=quart)
        return replace(result, patched=_patched(project, plan, before.taken.suite, step))
    except BenchmarkError as error:
        return replace(result, trouble=str(error))


def _patched(project: Project, plan: Plan, before: SuiteRun, step: Step) -> Patched:
    _prepare(project, plan, "patch", released(PATCH), step)
    step(f"tests under {PATCH}")
    options = ("-p", "patch_flask_first")
    request = request_for(project, plan, "patch", options, {"PYTHONPATH": str(PLUGINS)})
    suite = run_suite(project, request)
    return Patched(suite, compare(before, suite))


def _prepare(project: Project, plan: Plan, side: Side, beside: Distribution, step: Step) -> None:
    tree = lay_out(project, plan, side, beside, step)
    environments.set_up(project, plan.places.environment(project.name, side), tree)
