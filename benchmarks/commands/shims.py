"""``python -m benchmarks shims``: what the shims cost over their floors."""

import argparse
from collections.abc import Callable
from functools import partial

from benchmarks.commands import Outcome, options
from benchmarks.errors import UsageError
from benchmarks.progress import each
from benchmarks.shims.ratio import FLOORS, Kind, ShimResult, measure
from benchmarks.shims.tables import render

_KINDS: tuple[Kind, ...] = ("hops", "requests")

# Rounds, and operations of each way in a round.
_QUICK, _USUAL, _FULL = (5, 300), (11, 500), (31, 1000)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "--only", type=options.names, default=_KINDS, metavar="A,B", help="hops, requests"
    )
    options.add_sizes(parser, quick=f"{_QUICK[0]} rounds", full=f"{_FULL[0]}, not {_USUAL[0]}")


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen kinds of ways."""
    rounds, repeats = _QUICK if chosen.quick else _FULL if chosen.full else _USUAL
    if unknown := set(chosen.only) - set(_KINDS):
        raise UsageError(f"{', '.join(sorted(unknown))}: not measured; known: {', '.join(FLOORS)}.")
    chosen_kinds: list[Kind] = [kind for kind in _KINDS if kind in chosen.only]
    taken = each(chosen_kinds, partial(_one, rounds, repeats), title=str, jobs=1)
    results = [result for group in taken for result in group]
    return Outcome(render(results), results, holds=True)


def _one(rounds: int, repeats: int, kind: Kind, _: Callable[[str], None]) -> tuple[ShimResult, ...]:
    return measure(kind, rounds=rounds, repeats=repeats)
