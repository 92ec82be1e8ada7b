"""``python -m benchmarks users``: many users at once, none of whom may see what is another's."""

import argparse

from benchmarks.commands import Outcome, options
from benchmarks.errors import UsageError
from benchmarks.progress import each
from benchmarks.users.runner import CASES, SERVERS, Crowd, measure
from benchmarks.users.tables import render

_QUICK, _USUAL, _FULL = Crowd(20, 3.0), Crowd(100, 15.0), Crowd(200, 60.0)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "--only", type=options.names, default=SERVERS, metavar="A,B", help=", ".join(SERVERS)
    )
    options.add_sizes(parser, quick=_say(_QUICK), full=f"{_say(_FULL)}, not {_say(_USUAL)}")


def run(chosen: argparse.Namespace) -> Outcome:
    """Let the users come to each chosen server, case by case."""
    crowd = _QUICK if chosen.quick else _FULL if chosen.full else _USUAL
    if unknown := set(chosen.only) - set(SERVERS):
        raise UsageError(f"{', '.join(sorted(unknown))}: no server; known: {', '.join(SERVERS)}.")
    results = each(
        [(server, case) for server in SERVERS if server in chosen.only for case in CASES],
        lambda item, _: measure(*item, crowd),
        title=lambda item: f"{item[0]}: {item[1].name}",
        jobs=1,
    )
    return Outcome(render(results), results, all(result.holds for result in results))


def _say(crowd: Crowd) -> str:
    return f"{crowd.users} users, {crowd.seconds:g} s"
