"""``python -m benchmarks compare BEFORE AFTER``: did a change make it worse."""

import argparse
from pathlib import Path

from benchmarks.calibration import alike
from benchmarks.commands import Outcome
from benchmarks.reports.figures import figures
from benchmarks.reports.formats import compare_markdown
from benchmarks.reports.judgement import differences
from benchmarks.reports.results import read


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("before", type=Path, help="what a command wrote by --json")
    parser.add_argument("after", type=Path, help="what the same command wrote later")


def run(chosen: argparse.Namespace) -> Outcome:
    """Compare the figures that both files have."""
    before, after = read(chosen.before), read(chosen.after)
    speeds = [float(file.environment.get("calibration_ms", 0)) for file in (before, after)]
    same_speed = alike(*speeds)
    found = differences(figures([before]), figures([after]), same_speed=same_speed)
    text = compare_markdown(found, same_speed=same_speed)
    return Outcome(text, found, all(one.change != "worse" for one in found))
