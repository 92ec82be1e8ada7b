"""Options that several commands share."""

import argparse


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
