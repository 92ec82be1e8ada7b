"""``python -m benchmarks apps``: migrate real apps and run their own tests on Quart."""

import argparse

from benchmarks.apps.runner import measure
from benchmarks.apps.tables import render
from benchmarks.commands import Outcome, options
from benchmarks.progress import each


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    options.add_corpus(parser)
    parser.add_argument("--strategy", choices=options.STRATEGIES, default="auto")
    parser.add_argument(
        "--no-guard",
        action="store_true",
        help="spare the second run that counts blocking calls on the event loop",
    )


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen apps."""
    projects = options.projects(chosen, ("app",))
    plan = options.plan(chosen, strategy=chosen.strategy, guard=not chosen.no_guard)
    results = each(
        projects,
        lambda project, step: measure(project, plan, step),
        title=lambda project: project.name,
        jobs=chosen.jobs,
    )
    return Outcome(render(results), results, all(result.holds for result in results))
