"""``python -m benchmarks codemod``: what planning a migration costs, against parsing alone."""

import argparse
from pathlib import Path

from benchmarks.apps import manifest, sources
from benchmarks.apps.places import Places, default_root
from benchmarks.codemod.ratio import measure
from benchmarks.codemod.tables import render
from benchmarks.commands import Outcome, options
from benchmarks.errors import UsageError
from benchmarks.progress import each

# How many rounds, each in a process of its own.
_QUICK, _USUAL, _FULL = 3, 9, 25

# Plan over parse may cost this much (docs: a migration is to feel like a linter).
_LIMIT = 12.0

_DEFAULT = ("httpbin",)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--only",
        type=options.names,
        default=_DEFAULT,
        metavar="A,B",
        help="these projects of the corpus (default: httpbin)",
    )
    what.add_argument("--path", type=Path, metavar="DIR", help="the Python files of this folder")
    options.add_sizes(parser, quick=f"{_QUICK} rounds", full=f"{_FULL} rounds, not {_USUAL}")
    parser.add_argument(
        "--limit", type=float, default=_LIMIT, metavar="RATIO", help="default: %(default)g"
    )
    parser.add_argument("--keep", type=Path, default=default_root(), metavar="DIR")


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen project."""
    rounds = _QUICK if chosen.quick else _FULL if chosen.full else _USUAL
    results = each(
        _roots(chosen),
        lambda item, _: measure(item[0], item[1], rounds=rounds, limit=chosen.limit),
        title=lambda item: item[0],
        jobs=1,
    )
    return Outcome(render(results), results, all(result.holds for result in results))


def _roots(chosen: argparse.Namespace) -> list[tuple[str, Path]]:
    if chosen.path is not None:
        if not chosen.path.is_dir():
            raise UsageError(f"{chosen.path}: no such folder.")
        return [(chosen.path.resolve().name, chosen.path.resolve())]
    projects = manifest.select(
        manifest.load(), only=chosen.only, roles=("app", "extension", "framework")
    )
    places = Places(chosen.keep.resolve())
    return [(project.name, sources.bring(project, places)) for project in projects]
