"""Take the rounds of each kind of ways, and hold each way against its floor."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

from benchmarks.apps.distribution import CHECKOUT
from benchmarks.errors import StepError
from benchmarks.stats import Spread, spread

Kind = Literal["hops", "requests"]

# What the others of a kind are held against.
FLOORS = {"hops": "bare executor", "requests": "async view"}

# quart-flask-patch changes the whole process, so its requests are taken in one of their own.
_PROCESSES: dict[Kind, tuple[str, ...]] = {"hops": ("hops",), "requests": ("requests", "patch")}

_LIMIT = 900.0


@dataclass(frozen=True, slots=True)
class ShimResult:
    """One way: CPU seconds of an operation, round by round, and its floor's in the same rounds."""

    kind: Kind
    name: str
    seconds: tuple[float, ...]
    floor: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """The way over its floor, round by round."""
        pairs = zip(self.seconds, self.floor, strict=True)
        return tuple(seconds / floor for seconds, floor in pairs)

    @property
    def ratio(self) -> Spread:
        """The way over its floor."""
        return spread(self.ratios)

    @property
    def microseconds(self) -> Spread:
        """CPU of an operation in µs."""
        return spread([seconds * 1e6 for seconds in self.seconds])


def measure(kind: Kind, *, rounds: int, repeats: int) -> tuple[ShimResult, ...]:
    """Take `rounds` rounds of `repeats` operations of every way of a kind.

    Raises:
        StepError: A way does not work.

    """
    taken: dict[str, list[float]] = {}
    for process in _PROCESSES[kind]:
        taken |= _take(process, rounds, repeats)
    floor = tuple(taken[FLOORS[kind]])
    return tuple(ShimResult(kind, name, tuple(found), floor) for name, found in taken.items())


def _take(process: str, rounds: int, repeats: int) -> dict[str, list[float]]:
    module = "benchmarks.shims.round"
    finished = subprocess.run(  # noqa: S603  our own module
        (sys.executable, "-W", "ignore", "-m", module, str(rounds), str(repeats), process),
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT,
    )
    if finished.returncode != 0:
        last = finished.stderr.strip().splitlines()[-1:] or ["it printed nothing"]
        raise StepError(f"{process}: a round failed: {last[0]}")
    found: dict[str, list[float]] = json.loads(finished.stdout)
    return found
