"""``python -m benchmarks evidence``: hold the inference to what real test suites see."""

import argparse

from benchmarks.commands import Outcome, options
from benchmarks.evidence.runner import measure
from benchmarks.evidence.tables import render
from benchmarks.progress import each


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    options.add_corpus(parser)


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen apps."""
    projects = options.projects(chosen, ("app",))
    plan = options.plan(chosen, strategy="auto", guard=False)
    results = each(
        projects,
        lambda project, step: measure(project, plan, step),
        title=lambda project: project.name,
        jobs=chosen.jobs,
    )
    return Outcome(render(results), results, all(result.holds for result in results))
