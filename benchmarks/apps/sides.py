"""The sides of a measurement: a suite on Flask as pinned, and with Quart below."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.apps import environments, sources
from benchmarks.apps.comparison import compare, deviations, remarks
from benchmarks.apps.distribution import Distribution
from benchmarks.apps.manifest import Project
from benchmarks.apps.places import Places, Side
from benchmarks.apps.requests_seen import on_flask, on_quart
from benchmarks.apps.results import Baseline, OnQuart, fingerprint, store, stored
from benchmarks.apps.steadiness import Taken, steady
from benchmarks.apps.suite import Request, SuiteRun, run_suite
from benchmarks.reading import read_json

PLUGINS = Path(__file__).parents[1] / "plugins"
RECORDER = PLUGINS / "flask_requests.py"

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds for all projects of a run; `resume` reuses what an earlier run finished.

    `guard` asks for a second run that counts blocking calls on the loop.
    """

    places: Places
    ours: Distribution
    strategy: str
    resume: bool
    guard: bool


def baseline(project: Project, plan: Plan, step: Step) -> Baseline:
    """Run the suite on Flask, in the pinned environment.

    Raises:
        StepError: The source or the environment cannot be had.

    """
    kept = plan.places.result(project.name, "baselines")
    made_from = fingerprint((entry_of(project), RECORDER.read_text(encoding="utf-8")))
    if plan.resume and (result := stored(kept, Baseline, made_from)):
        return result
    tree = lay_out(project, plan, "flask", None, step)
    environments.set_up(project, plan.places.environment(project.name, "flask"), tree)
    step("tests on Flask")
    report = plan.places.log(project.name, "flask", "requests.json")
    more = {"PYTHONPATH": str(PLUGINS), "FLASK_REQUESTS_REPORT": str(report)}
    request = request_for(project, plan, "flask", ("-p", RECORDER.stem), more)
    taken = steady(
        lambda: Taken(run_suite(project, request), on_flask(read_json(report)), ()),
        lacking=lambda suite: project.passed_on_flask - len(suite.passed),
    )
    result = Baseline(
        taken, deviations(project, taken.suite, taken.served), remarks(project, taken.suite)
    )
    if not result.deviations:
        store(kept, result, made_from)
    return result


def on_quart_side(
    project: Project, plan: Plan, before: SuiteRun, options: tuple[str, ...]
) -> OnQuart:
    """Run the suite in the tree and the environment of the Quart side, and compare it."""
    report = plan.places.log(project.name, "quart", "requests.json")
    report.unlink(missing_ok=True)
    request = request_for(project, plan, "quart", (*options, "--quart-report", str(report)), {})
    taken = steady(
        lambda: Taken(run_suite(project, request), on_quart(read_json(report)), ()),
        lacking=lambda suite: len(before.passed - suite.passed),
    )
    changes = environments.changes_of(request.environment)
    return OnQuart(taken, compare(before, taken.suite), changes)


def lay_out(
    project: Project, plan: Plan, side: Side, beside: Distribution | None, step: Step
) -> Path:
    """Make one side's fresh tree, and its environment with `beside` installed; return the tree.

    Raises:
        StepError: The source or the environment cannot be had.

    """
    step("source")
    tree = plan.places.tree(project.name, side)
    sources.renew(tree, source=sources.bring(project, plan.places))
    step(f"environment for {side}")
    environment = plan.places.environment(project.name, side)
    if beside is None:
        environments.make_pinned(project, environment)
    else:
        environments.make_with(beside, project, environment)
    return tree


def request_for(
    project: Project, plan: Plan, side: Side, options: tuple[str, ...], more: Mapping[str, str]
) -> Request:
    """Return how to run a suite on one side, `options` for pytest and `more` variables."""
    return Request(
        tree=plan.places.tree(project.name, side),
        environment=plan.places.environment(project.name, side),
        report=plan.places.log(project.name, side, "junit.xml"),
        log=plan.places.log(project.name, side, "pytest.log"),
        options=options,
        more=more,
    )


def entry_of(project: Project) -> str:
    """Return the whole manifest entry as text, to tell its states apart."""
    return json.dumps(asdict(project), sort_keys=True)
