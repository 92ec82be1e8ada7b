"""The command line: ``python -m benchmarks COMMAND``. Results on stdout, talk on stderr."""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import cattrs

from benchmarks.commands import Outcome
from benchmarks.errors import BenchmarkError
from benchmarks.metadata import metadata
from benchmarks.writing import write

# A command's module brings the libraries that it needs, so only the chosen one is imported.
COMMANDS = {
    "apps": "migrate real apps, run their unedited tests on Quart",
    "blocking": "latency, capacity and loop lag of blocking calls, by server and way of writing",
    "codemod": "CPU of the migrator's analysis and rewrite, as a ratio to ast.parse",
    "compare": "two results of one command: what became better or worse",
    "evidence": "what the tests of real apps see of Flask, held against the inference",
    "extensions": "extensions under their own tests, on Quart and under quart-flask-patch",
    "gate": "hold results to limits; fails where a figure surely lies beyond",
    "report": "results as one page of HTML, Markdown, JUnit and JSON for other tools",
    "run": "the bill of blocking: the lines of your own app that hold a thread or the event loop",
    "shims": "CPU of a hop and of a request with the shims, over their floors",
    "users": "many users at once, none of whom may see what is another's",
}

# What shells report for a command that Ctrl-C ended.
_INTERRUPTED = 130

_PROGRAM = "python -m benchmarks"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status.

    0: everything holds; 1: something does not; 2: wrong usage, or a tool is missing.
    """
    first = _parser().parse_args(arguments)
    try:
        command = import_module(f"benchmarks.commands.{first.command}")
        chosen = _command_parser(first.command, command).parse_args(first.arguments)
        outcome: Outcome = command.run(chosen)
        print(outcome.text)
        _write_json(chosen.json, first.command, outcome)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("benchmarks: stopped.", file=sys.stderr)
        return _INTERRUPTED
    return 0 if outcome.holds else 1


def _parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<12}{what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description=f"Commands (COMMAND --help tells each one's options):\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _command_parser(name: str, command: ModuleType) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{_PROGRAM} {name}", description=COMMANDS[name], allow_abbrev=False
    )
    command.add_options(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    return parser


def _write_json(path: Path | None, kind: str, outcome: Outcome) -> None:
    if path is None:
        return
    results = cattrs.unstructure(list(outcome.results))
    report = {"kind": kind, "environment": metadata(), "results": results}
    write(path, json.dumps(report, indent=1))
