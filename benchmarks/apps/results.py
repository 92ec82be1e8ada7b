"""What a measured project comes to, and how it is kept for a run that is resumed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import cattrs

from benchmarks.apps.comparison import Comparison
from benchmarks.apps.environments import Changes
from benchmarks.apps.loop_guard import OnLoop
from benchmarks.apps.migration import Migration
from benchmarks.apps.steadiness import Taken
from benchmarks.reading import read_json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The suite on Flask as pinned; `deviations` say in what it differs from the manifest.

    `remarks` say what differs and is no worse.
    """

    taken: Taken
    deviations: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnQuart:
    """The same suite with Quart below, what it lost, and how the environment had to change."""

    taken: Taken
    comparison: Comparison
    changes: Changes


@dataclass(frozen=True, slots=True)
class AppResult:
    """One app of the scoreboard; `trouble` is the step that failed, or empty.

    ``network`` is empty where the tests were cut off from it, else why they were not; ``on_loop``
    is None where blocking calls were not asked for.
    """

    name: str
    strategy: str
    network: str
    baseline: Baseline | None
    migration: Migration | None
    quart: OnQuart | None
    on_loop: OnLoop | None
    trouble: str

    @property
    def holds(self) -> bool:
        """Whether the baseline is the manifest's and nothing was lost on Quart, by any count."""
        if self.baseline is None or self.migration is None or self.quart is None:
            return False
        served = self.quart.taken.served
        return (
            not self.baseline.deviations
            and not self.migration.edited_tests
            and self.migration.switched_on
            and not self.quart.taken.suite.trouble
            and self.quart.comparison.clean
            and served is not None
            and served.by_flask == 0
            and (self.on_loop is None or self.on_loop.total == 0)
        )


def fingerprint(parts: Iterable[str]) -> str:
    """Digest what a result depends on."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def store(path: Path, result: object, made_from: str) -> None:
    """Keep the dataclass `result` at `path`, with the fingerprint of what it was made from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"made_from": made_from, "result": cattrs.unstructure(result)}, indent=1)
    path.write_text(text, encoding="utf-8")


def stored(path: Path, kind: type[T], made_from: str) -> T | None:
    """Return what :func:`store` kept, unless it was made from something else."""
    kept = read_json(path)
    if kept.get("made_from") != made_from:
        return None
    try:
        return cattrs.structure(kept["result"], kind)
    except cattrs.BaseValidationError:
        # An earlier version of this module stored it in another shape.
        return None
