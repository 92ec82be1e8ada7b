"""``python -m benchmarks apps``: migrate real apps and run their own tests on Quart."""

import argparse

from benchmarks.apps.runner import measure
from benchmarks.apps.tables import render
from benchmarks.commands import Outcome, corpus


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    corpus.add_options(parser)
    parser.add_argument("--strategy", choices=corpus.STRATEGIES, default="auto")
    parser.add_argument(
        "--no-guard",
        action="store_true",
        help="spare the second run that counts blocking calls on the event loop",
    )


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen apps."""
    projects = corpus.projects(chosen, ("app",))
    plan = corpus.plan(chosen, strategy=chosen.strategy, guard=not chosen.no_guard)
    return corpus.run(chosen, projects, lambda project, step: measure(project, plan, step), render)
