"""What the commands over the corpus share: their options, the chosen projects, one run of all."""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from benchmarks.apps import manifest
from benchmarks.apps.distribution import build
from benchmarks.apps.places import Places, default_root
from benchmarks.apps.sides import Plan, Step
from benchmarks.commands import Outcome
from benchmarks.commands.options import add_sizes, jobs, names
from benchmarks.progress import each

# With --quick, projects whose suite takes at most this many seconds on Flask.
_QUICK = 10.0

STRATEGIES = ("auto", "async", "bridge")


class Judged(Protocol):
    """A result that says whether it holds."""

    @property
    def holds(self) -> bool:
        """Whether it does."""
        ...


R = TypeVar("R", bound=Judged)


def add_options(parser: argparse.ArgumentParser) -> None:
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


def run(
    chosen: argparse.Namespace,
    projects: Sequence[manifest.Project],
    measure: Callable[[manifest.Project, Step], R],
    render: Callable[[Sequence[R]], str],
) -> Outcome:
    """Measure the projects, several at once as the options say."""
    results = each(projects, measure, title=lambda project: project.name, jobs=chosen.jobs)
    return Outcome(render(results), results, all(result.holds for result in results))
