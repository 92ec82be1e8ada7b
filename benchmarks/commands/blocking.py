"""``python -m benchmarks blocking``: what blocking calls cost under each way of serving them."""

import argparse
import os

from benchmarks.blocking.runner import measure, surroundings
from benchmarks.blocking.scenarios import (
    ENDPOINTS,
    FULL,
    QUICK,
    QUICK_ENDPOINTS,
    Configuration,
    configurations,
)
from benchmarks.blocking.tables import render
from benchmarks.commands import Outcome, options
from benchmarks.errors import UsageError
from benchmarks.progress import each

# As concurrent.futures sizes the executor that asyncio uses by default:
# https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor
_DEFAULT_EXECUTOR = min(32, (os.cpu_count() or 1) + 4)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "--only",
        type=options.names,
        default=(),
        metavar="A,B",
        help="these applications (flask, quart-sync, …) or servers (gunicorn, uvicorn, …)",
    )
    options.add_sizes(
        parser, quick="the sleep alone, short phases (default)", full="every operation, long phases"
    )


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure every chosen configuration at every chosen endpoint, one at a time."""
    sizes = FULL if chosen.full else QUICK
    wanted = [one for one in ENDPOINTS if chosen.full or one.name in QUICK_ENDPOINTS]
    cases = [(way, endpoint) for endpoint in wanted for way in _chosen(chosen.only)]
    with surroundings() as around:
        results = each(
            cases,
            lambda case, _: measure(*case, sizes, around),
            title=lambda case: f"{case[1].name}: {case[0].name}",
            jobs=1,
        )
    return Outcome(render(results), results, holds=True)


def _chosen(only: tuple[str, ...]) -> list[Configuration]:
    every = configurations(_DEFAULT_EXECUTOR)
    known = sorted({word for way in every for word in (way.application, way.server)})
    for name in only:
        if name not in known:
            raise UsageError(f"{name}: neither an application nor a server; known: {known}.")
    applications = {way.application for way in every}.intersection(only)
    servers = {way.server for way in every}.intersection(only)
    return [
        way
        for way in every
        if (not applications or way.application in applications)
        and (not servers or way.server in servers)
    ]
