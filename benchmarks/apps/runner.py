"""Measure one app: its own tests on Flask, a migration, the same tests on Quart."""

from dataclasses import replace

from benchmarks.apps import environments
from benchmarks.apps.locks import locked
from benchmarks.apps.manifest import Project
from benchmarks.apps.migration import Migration, migrate
from benchmarks.apps.results import AppResult, fingerprint, store, stored
from benchmarks.apps.sides import Plan, Step, baseline, entry_of, lay_out, on_quart_side
from benchmarks.errors import BenchmarkError
from benchmarks.network import isolation


def measure(project: Project, plan: Plan, step: Step) -> AppResult:
    """Measure `project`; a step that fails ends up in the result, not in an exception."""
    kept = plan.places.result(project.name, "apps")
    made_from = fingerprint((entry_of(project), plan.ours.digest, plan.strategy))
    with locked(plan.places.lock(project.name)):
        if plan.resume and (result := stored(kept, AppResult, made_from)):
            return result
        result = _measure(project, plan, step)
        if not result.trouble:
            store(kept, result, made_from)
    return result


def _measure(project: Project, plan: Plan, step: Step) -> AppResult:
    result = AppResult(project.name, plan.strategy, isolation().reason, None, None, None, "")
    try:
        before = baseline(project, plan, step)
        result = replace(result, baseline=before)
        result = replace(result, migration=_migrated(project, plan, step))
        step("tests on Quart")
        return replace(result, quart=on_quart_side(project, plan, before.taken.suite, ()))
    except BenchmarkError as error:
        return replace(result, trouble=str(error))


def _migrated(project: Project, plan: Plan, step: Step) -> Migration:
    tree = lay_out(project, plan, "quart", plan.ours, step)
    step("migration")
    report = plan.places.log(project.name, "quart", "migration.json")
    migration = migrate(project, tree, strategy=plan.strategy, report=report)
    environments.set_up(project, plan.places.environment(project.name, "quart"), tree)
    return migration
