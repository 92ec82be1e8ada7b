"""Take the rounds of each group of ways, and hold each way against its floor."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks import contention
from benchmarks.apps.distribution import CHECKOUT
from benchmarks.errors import StepError
from benchmarks.shims import served
from benchmarks.shims.kinds import KINDS, KindName
from benchmarks.shims.served import Press, Rounds
from benchmarks.stats import Spread, spread

# quart-flask-patch changes the whole process, so its requests are taken in one of their own.
_PROCESSES = {"hops": ("hops",), "requests": ("requests", "patch")}

_LIMIT = 900.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds in process and operations in each, rounds of servers."""

    rounds: int
    repeats: int
    presses: int


@dataclass(frozen=True, slots=True)
class ShimResult:
    """One way: its figure in each round, and its floor's in the same rounds.

    ``others`` is the share of all cores that other processes took while servers were pressed.
    """

    kind: KindName
    name: str
    values: tuple[float, ...]
    floor: tuple[float, ...]
    others: float | None = None

    @property
    def ratios(self) -> tuple[float, ...]:
        """The way over its floor, round by round."""
        pairs = zip(self.values, self.floor, strict=True)
        return tuple(value / floor for value, floor in pairs)

    @property
    def disturbed(self) -> bool:
        """Whether others took so much of the machine that the figure may be theirs."""
        return self.others is not None and self.others > contention.DISTURBED

    @property
    def ratio(self) -> Spread:
        """The way over its floor."""
        return spread(self.ratios)

    @property
    def value(self) -> Spread:
        """The figure itself, in the unit of its kind."""
        return spread(self.values)


def _in_process(kind: KindName, effort: Effort) -> tuple[ShimResult, ...]:
    taken: dict[str, list[float]] = {}
    for process in _PROCESSES[kind]:
        taken |= _take(process, effort)
    return _held(kind, {name: [seconds * 1e6 for seconds in one] for name, one in taken.items()})


def _served(effort: Effort) -> tuple[ShimResult, ...]:
    found = served.requests(served.REQUESTS, effort.presses)
    return _disturbed(found, _held("served", _each(found.presses, lambda one: one.cpu * 1e6)))


def _waiting(effort: Effort) -> tuple[ShimResult, ...]:
    found = served.sleeps(served.SLEEPS, effort.presses)
    floor, presses = KINDS["capacity"].floor, found.presses
    on_loop = {name: taken for name, taken in presses.items() if name != floor}
    rates, lags = _each(presses, lambda one: one.rate), _each(on_loop, lambda one: one.lag)
    return _disturbed(found, (*_held("capacity", rates), *_held("lag", lags)))


def _disturbed(found: Rounds, results: Sequence[ShimResult]) -> tuple[ShimResult, ...]:
    return tuple(replace(one, others=found.others) for one in results)


GROUPS: Mapping[str, Callable[[Effort], tuple[ShimResult, ...]]] = {
    "hops": lambda effort: _in_process("hops", effort),
    "requests": lambda effort: _in_process("requests", effort),
    "served": _served,
    "waiting": _waiting,
}
"""What can be measured, by name; each raises `StepError` where a way does not work."""


def _each(
    found: Mapping[str, Sequence[Press]], take: Callable[[Press], float]
) -> dict[str, list[float]]:
    return {name: [take(one) for one in presses] for name, presses in found.items()}


def _held(kind: KindName, taken: Mapping[str, Sequence[float]]) -> tuple[ShimResult, ...]:
    floor = tuple(taken[KINDS[kind].floor])
    return tuple(ShimResult(kind, name, tuple(found), floor) for name, found in taken.items())


def _take(process: str, effort: Effort) -> dict[str, list[float]]:
    words = (str(effort.rounds), str(effort.repeats), process)
    finished = subprocess.run(  # noqa: S603  our own module
        (sys.executable, "-W", "ignore", "-m", "benchmarks.shims.round", *words),
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
