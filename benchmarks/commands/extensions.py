"""``python -m benchmarks extensions``: extensions' own tests on Quart, beside quart-flask-patch."""

import argparse

from benchmarks.commands import Outcome, corpus
from benchmarks.extensions.runner import measure
from benchmarks.extensions.tables import render


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    corpus.add_options(parser)


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen extensions, and Flask's own suite, which the table lists apart."""
    projects = corpus.projects(chosen, ("extension", "framework"))
    plan = corpus.plan(chosen, strategy="", guard=False)
    return corpus.run(chosen, projects, lambda project, step: measure(project, plan, step), render)
