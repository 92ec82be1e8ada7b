"""``python -m benchmarks evidence``: hold the inference to what real test suites see."""

import argparse

from benchmarks.commands import Outcome, corpus
from benchmarks.evidence.runner import measure
from benchmarks.evidence.tables import render


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    corpus.add_options(parser)


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen apps."""
    projects = corpus.projects(chosen, ("app",))
    plan = corpus.plan(chosen, strategy="auto", guard=False)
    return corpus.run(chosen, projects, lambda project, step: measure(project, plan, step), render)
