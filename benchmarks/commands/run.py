"""``python -m benchmarks run path.to:app``: the bill of blocking of a user's own app."""

import argparse
from dataclasses import replace
from pathlib import Path

from benchmarks.bill.requests_file import Recorded, read
from benchmarks.bill.runner import Load, measure, measure_tests
from benchmarks.bill.tables import render
from benchmarks.bill.target import parse
from benchmarks.commands import Outcome, options
from benchmarks.errors import UsageError

_QUICK = Load(rounds=3, rate=20.0, seconds=3.0)
_USUAL = Load(rounds=5, rate=20.0, seconds=5.0)
_FULL = Load(rounds=20, rate=20.0, seconds=20.0)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "target", nargs="?", help="path.to:app, or path.to:create_app() with literals"
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--requests",
        type=Path,
        metavar="FILE",
        help="a HAR file, or a JSON list of requests (default: a GET of each plain route)",
    )
    source.add_argument(
        "--tests",
        metavar="COMMAND",
        help="no requests of ours: watch the app while this pytest command runs its own tests",
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(), metavar="DIR", help="the project (default: here)"
    )
    parser.add_argument(
        "--at-least", type=float, default=5.0, metavar="MS", help="shortest stall (default: 5)"
    )
    parser.add_argument("--rate", type=float, metavar="N", help="requests a second (default: 20)")
    options.add_sizes(parser, quick="few rounds", full="many rounds")


def run(chosen: argparse.Namespace) -> Outcome:
    """Write the bill of the chosen app."""
    folder, least = chosen.folder.resolve(), chosen.at_least / 1000
    if chosen.tests is not None:
        result = measure_tests(chosen.tests, folder, least)
    else:
        result = measure(_target(chosen), folder, _requests(chosen), _load(chosen), least)
    return Outcome(render(result, folder), [result], result.holds)


def _target(chosen: argparse.Namespace) -> str:
    if chosen.target is None:
        raise UsageError("name the app (path.to:app), or the command of its tests with --tests.")
    parse(chosen.target)
    return str(chosen.target)


def _requests(chosen: argparse.Namespace) -> tuple[Recorded, ...]:
    return read(chosen.requests) if chosen.requests is not None else ()


def _load(chosen: argparse.Namespace) -> Load:
    load = _QUICK if chosen.quick else _FULL if chosen.full else _USUAL
    return replace(load, rate=chosen.rate) if chosen.rate else load
