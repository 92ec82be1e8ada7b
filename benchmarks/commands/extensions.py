"""``python -m benchmarks extensions``: extensions' own tests on Quart, beside quart-flask-patch."""

import argparse

from benchmarks.commands import Outcome, options
from benchmarks.extensions.runner import measure
from benchmarks.extensions.tables import render
from benchmarks.progress import each


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    options.add_corpus(parser)


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen extensions, and Flask's own suite, which the table lists apart."""
    projects = options.projects(chosen, ("extension", "framework"))
    plan = options.plan(chosen, strategy="", guard=False)
    results = each(
        projects,
        lambda project, step: measure(project, plan, step),
        title=lambda project: project.name,
        jobs=chosen.jobs,
    )
    return Outcome(render(results), results, all(result.holds for result in results))
