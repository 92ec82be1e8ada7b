"""Options that several commands share."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.apps import manifest
from benchmarks.apps.distribution import build
from benchmarks.apps.places import Places, default_root
from benchmarks.apps.sides import Plan

# With --quick, projects whose suite takes at most this many seconds on Flask.
_QUICK = 10.0

STRATEGIES = ("auto", "async", "bridge")


def names(text: str) -> tuple[str, ...]:
    """Split a list of names at its commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def jobs(text: str) -> int:
    """Read a number of jobs, which is at least 1.

    Raises:
        argparse.ArgumentTypeError: It is something else.

    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: not a number of jobs; give 1 or more.")
    return int(text)


def add_sizes(parser: argparse.ArgumentParser, quick: str, full: str) -> None:
    """Add ``--quick`` and ``--full``, with what each means for this command."""
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help=quick)
    sizes.add_argument("--full", action="store_true", help=full)


def add_corpus(parser: argparse.ArgumentParser) -> None:
    """Add what chooses projects of the corpus and says where they are kept."""
    parser.add_argument("--only", type=names, default=(), metavar="A,B", help="these projects")
    add_sizes(
        parser, quick="only suites of at most 10 seconds on Flask", full="all projects (default)"
    )
    parser.add_argument(
        "-j", "--jobs", type=jobs, default=os.cpu_count() or 1, metavar="N", help="projects at once"
    )
    parser.add_argument(
        "--keep",
        type=Path,
        default=default_root(),
        metavar="DIR",
        help="keep sources, environments, trees, logs and results here (default: %(default)s)",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="reuse the results stored there whose manifest entry, code and strategy are the same",
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        default=manifest.MANIFEST,
        metavar="FILE",
        help="another corpus manifest",
    )


def projects(
    chosen: argparse.Namespace, roles: Sequence[manifest.Role]
) -> tuple[manifest.Project, ...]:
    """Return the projects of the corpus that the options choose."""
    known = manifest.load(chosen.manifest)
    picked = manifest.select(known, only=chosen.only, roles=roles)
    return tuple(p for p in picked if not chosen.quick or p.seconds <= _QUICK)


def plan(chosen: argparse.Namespace, *, strategy: str, guard: bool) -> Plan:
    """Return what holds for all projects of the run; this builds our own wheel."""
    places = Places(chosen.keep.resolve())
    places.check()
    return Plan(places, build(places.wheels), strategy, chosen.resume, guard)
