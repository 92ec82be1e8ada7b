"""Measure one app: its own tests on Flask, a migration, the same tests on Quart."""

from dataclasses import replace

from benchmarks.apps import environments
from benchmarks.apps.locks import locked
from benchmarks.apps.loop_guard import count_on_loop
from benchmarks.apps.manifest import Project
from benchmarks.apps.migration import Migration, migrate
from benchmarks.apps.results import AppResult, fingerprint, store, stored
from benchmarks.apps.sides import (
    Plan,
    Step,
    baseline,
    entry_of,
    lay_out,
    on_quart_side,
    request_for,
)
from benchmarks.errors import BenchmarkError
from benchmarks.network import isolation


def measure(project: Project, plan: Plan, step: Step) -> AppResult:
    """Measure `project`; a step that fails ends up in the result, not in an exception."""
    kept = plan.places.result(project.name, "apps")
    made_from = fingerprint((entry_of(project), plan.ours.digest, plan.strategy, str(plan.guard)))
    with locked(plan.places.lock(project.name)):
        if plan.resume and (result := stored(kept, AppResult, made_from)):
            return result
        result = _measure(project, plan, step)
        if not result.trouble:
            store(kept, result, made_from)
    return result


def _measure(project: Project, plan: Plan, step: Step) -> AppResult:
    result = AppResult(project.name, plan.strategy, isolation().reason, None, None, None, None, "")
    try:
        before = baseline(project, plan, step)
        result = replace(result, baseline=before)
        result = replace(result, migration=_migrated(project, plan, step))
        step("tests on Quart")
        result = replace(result, quart=on_quart_side(project, plan, before.taken.suite, ()))
        if not plan.guard:
            return result
        step("tests on Quart, under the guard")
        request = request_for(project, plan, "quart", (), {})
        return replace(result, on_loop=count_on_loop(project, request))
    except BenchmarkError as error:
        return replace(result, trouble=str(error))


def _migrated(project: Project, plan: Plan, step: Step) -> Migration:
    tree = lay_out(project, plan, "quart", plan.ours, step)
    step("migration")
    report = plan.places.log(project.name, "quart", "migration.json")
    migration = migrate(project, tree, strategy=plan.strategy, report=report)
    environments.set_up(project, plan.places.environment(project.name, "quart"), tree)
    return migration
