"""The command line: ``python -m benchmarks COMMAND``. Results on stdout, talk on stderr."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import cattrs

from benchmarks.commands import Outcome, apps, codemod, extensions
from benchmarks.errors import BenchmarkError, UsageError
from benchmarks.metadata import metadata

COMMANDS = (apps, extensions, codemod)

# What shells report for a command that Ctrl-C ended.
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status.

    0: everything holds; 1: something does not; 2: wrong usage, or a tool is missing.
    """
    chosen = _parser().parse_args(arguments)
    try:
        outcome: Outcome = chosen.run(chosen)
        print(outcome.text)
        _write_json(chosen.json, chosen.command, outcome)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("benchmarks: stopped.", file=sys.stderr)
        return _INTERRUPTED
    return 0 if outcome.holds else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        below = commands.add_parser(command.NAME, help=command.HELP, description=command.__doc__)
        command.add_options(below)
        below.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
        below.set_defaults(run=command.run)
    return parser


def _write_json(path: Path | None, kind: str, outcome: Outcome) -> None:
    if path is None:
        return
    results = cattrs.unstructure(list(outcome.results))
    report = {"kind": kind, "environment": metadata(), "results": results}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report, indent=1), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}.") from error
