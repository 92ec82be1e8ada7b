"""The subcommands: each adds its options to the parser and turns them into an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command found: text in Markdown for people, results for JSON, and whether it holds."""

    text: str
    results: Sequence[object]
    holds: bool
