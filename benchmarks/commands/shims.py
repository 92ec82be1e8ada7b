"""``python -m benchmarks shims``: what the shims cost over their floors."""

import argparse

from benchmarks.commands import Outcome, options
from benchmarks.errors import UsageError
from benchmarks.progress import each
from benchmarks.shims.ratio import GROUPS, Effort
from benchmarks.shims.tables import render

_QUICK, _USUAL, _FULL = Effort(5, 300, 3), Effort(11, 500, 5), Effort(31, 1000, 11)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    groups = tuple(GROUPS)
    parser.add_argument(
        "--only", type=options.names, default=groups, metavar="A,B", help=", ".join(groups)
    )
    options.add_sizes(
        parser,
        quick=f"{_QUICK.rounds} rounds, {_QUICK.presses} with servers",
        full=f"{_FULL.rounds} and {_FULL.presses}, not {_USUAL.rounds} and {_USUAL.presses}",
    )


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen groups of ways."""
    effort = _QUICK if chosen.quick else _FULL if chosen.full else _USUAL
    if unknown := set(chosen.only) - set(GROUPS):
        raise UsageError(f"{', '.join(sorted(unknown))}: not measured; known: {', '.join(GROUPS)}.")
    groups = [name for name in GROUPS if name in chosen.only]
    taken = each(groups, lambda name, _: GROUPS[name](effort), title=str, jobs=1)
    results = [result for group in taken for result in group]
    return Outcome(render(results), results, holds=True)
