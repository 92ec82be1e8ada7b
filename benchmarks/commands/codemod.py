"""``python -m benchmarks codemod``: what planning a migration costs, against parsing alone."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.apps import manifest, sources
from benchmarks.apps.places import Places, default_root
from benchmarks.codemod.enlarge import enlarge
from benchmarks.codemod.ratio import measure
from benchmarks.codemod.tables import render
from benchmarks.commands import Outcome, options
from benchmarks.errors import UsageError
from benchmarks.progress import each

# How many rounds, each in a process of its own.
_QUICK, _USUAL, _FULL = 3, 9, 25

# Plan over parse may cost this much (docs: a migration is to feel like a linter).
_LIMIT = 12.0

# A program of hundreds of thousands of lines may cost this much: its trees fit into no cache.
_LIMIT_LARGE, _LARGE = 15.0, 100_000

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
    what.add_argument(
        "--lines",
        type=int,
        metavar="N",
        help="the apps of the corpus, repeated under different names up to so many lines",
    )
    options.add_sizes(parser, quick=f"{_QUICK} rounds", full=f"{_FULL} rounds, not {_USUAL}")
    parser.add_argument(
        "--limit",
        type=float,
        metavar="RATIO",
        help=f"default: {_LIMIT:g}, and {_LIMIT_LARGE:g} from {_LARGE} lines",
    )
    parser.add_argument("--keep", type=Path, default=default_root(), metavar="DIR")


def run(chosen: argparse.Namespace) -> Outcome:
    """Measure the chosen projects."""
    rounds = _QUICK if chosen.quick else _FULL if chosen.full else _USUAL
    with TemporaryDirectory() as scratch:
        results = each(
            _roots(chosen, Path(scratch)),
            lambda item, _: measure(item[0], item[1], rounds=rounds, limit=_limit(chosen)),
            title=lambda item: item[0],
            jobs=1,
        )
    return Outcome(render(results), results, all(result.holds for result in results))


def _limit(chosen: argparse.Namespace) -> float:
    if chosen.limit is not None:
        return float(chosen.limit)
    return _LIMIT_LARGE if (chosen.lines or 0) >= _LARGE else _LIMIT


def _roots(chosen: argparse.Namespace, scratch: Path) -> list[tuple[str, Path]]:
    if chosen.path is not None:
        if not chosen.path.is_dir():
            raise UsageError(f"{chosen.path}: no such folder.")
        return [(chosen.path.resolve().name, chosen.path.resolve())]
    places = Places(chosen.keep.resolve())
    if chosen.lines is not None:
        apps = manifest.select(manifest.load(), only=(), roles=("app",))
        enlarge([sources.bring(app, places) for app in apps], chosen.lines, scratch)
        return [(f"{chosen.lines} lines", scratch)]
    projects = manifest.select(
        manifest.load(), only=chosen.only, roles=("app", "extension", "framework")
    )
    return [(project.name, sources.bring(project, places)) for project in projects]
