"""``python -m benchmarks gate FILE…``: hold results to limits."""

import argparse
from pathlib import Path

from benchmarks.commands import Outcome
from benchmarks.reports import limits
from benchmarks.reports.figures import figures
from benchmarks.reports.formats import gate_markdown, junit
from benchmarks.reports.judgement import judge
from benchmarks.reports.results import read
from benchmarks.writing import write


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("files", nargs="+", type=Path, help="what other commands wrote by --json")
    parser.add_argument(
        "--limits", type=Path, metavar="FILE", help="TOML with [[limit]] tables, not the defaults"
    )
    parser.add_argument("--junit", type=Path, metavar="FILE", help="a JUnit case for each limit")


def run(chosen: argparse.Namespace) -> Outcome:
    """Judge every figure that has a limit; only a figure that surely lies beyond fails."""
    held_to = limits.read(chosen.limits) if chosen.limits else limits.DEFAULT
    found = figures(map(read, chosen.files))
    judgements = [judge(figure, limit) for figure, limit in limits.applied(held_to, found)]
    if chosen.junit is not None:
        write(chosen.junit, junit(judgements))
    failed = any(judgement.verdict == "fails" for judgement in judgements)
    return Outcome(gate_markdown(judgements), judgements, not failed)
