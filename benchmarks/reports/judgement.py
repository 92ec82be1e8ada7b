"""Hold figures to limits, and compare two sets of figures, without believing chance.

A figure with samples gets a 95 % interval of its median by bootstrap
(https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.bootstrap.html).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np
from scipy.stats import bootstrap

from benchmarks.reports.figures import Figure
from benchmarks.reports.limits import Limit

Verdict = Literal["holds", "fails", "inconclusive"]
Change = Literal["same", "better", "worse", "inconclusive"]

# Fewer samples than this have no interval worth the name.
_LEAST_SAMPLES = 3

# An interval of a ratio wider than this says nothing about a difference.
_WIDEST = 0.2

# A difference smaller than this is none, whatever the interval.
_MATTERS = 0.02

_SEED = 20240229


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """A figure, its limit, the interval it was judged by, and the verdict."""

    figure: Figure
    limit: Limit
    interval: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure in two runs: `ratio` is the second over the first, by interval where sampled."""

    name: str
    unit: str
    before: float
    after: float
    interval: Interval | None
    change: Change


def judge(figure: Figure, limit: Limit) -> Judgement:
    """Hold one figure to its limit: it fails only if its whole interval lies beyond.

    What others disturbed does not fail: it may hold in spite of them, or else says nothing.
    """
    interval = interval_of(figure)
    verdict = _verdict(interval, limit)
    surely = verdict if verdict == "holds" or not figure.others else "inconclusive"
    return Judgement(figure, limit, interval, surely)


def interval_of(figure: Figure) -> Interval:
    """Return the interval of a figure's median; a plain count is exact."""
    if len(figure.samples) < _LEAST_SAMPLES:
        return Interval(figure.value, figure.value)
    return _bootstrap((figure.samples,), np.median)


def differences(
    before: Sequence[Figure], after: Sequence[Figure], *, same_speed: bool
) -> tuple[Difference, ...]:
    """Compare the figures of two runs that have the same name.

    Times and rates of machines that were not equally fast cannot be compared: `same_speed`. What
    others disturbed in one of the runs shows no difference.
    """
    then = {figure.name: figure for figure in before}
    pairs = [(then[figure.name], figure) for figure in after if figure.name in then]
    return tuple(_difference(*pair, same_speed=same_speed) for pair in pairs)


def _difference(before: Figure, after: Figure, *, same_speed: bool) -> Difference:
    interval = None
    if min(len(before.samples), len(after.samples)) >= _LEAST_SAMPLES:
        interval = ratio_of(before.samples, after.samples)
        change = _change_of_ratio(interval, after)
    elif after.unit in {"ms", "requests/s"}:
        change = _change_of_time(before, after) if same_speed else "inconclusive"
    else:
        change = _change_of_count(before, after)
    disturbed = change != "same" and (before.others or after.others)
    surely: Change = "inconclusive" if disturbed else change
    return Difference(after.name, after.unit, before.value, after.value, interval, surely)


def ratio_of(before: Sequence[float], after: Sequence[float]) -> Interval:
    """Return the interval of the ratio of two medians."""
    return _bootstrap((after, before), lambda new, old: np.median(new) / np.median(old))


def _bootstrap(samples: Sequence[Sequence[float]], statistic: object) -> Interval:
    if all(len(set(sample)) == 1 for sample in samples):
        exact = median(samples[0]) / (median(samples[1]) if len(samples) > 1 else 1)
        return Interval(exact, exact)
    found = bootstrap(
        [np.asarray(sample) for sample in samples],
        statistic,
        vectorized=False,
        method="percentile",
        n_resamples=2000,
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def _verdict(interval: Interval, limit: Limit) -> Verdict:
    if limit.at_most is not None:
        within, beyond = interval.high <= limit.at_most, interval.low > limit.at_most
    else:
        least = limit.at_least or 0.0
        within, beyond = interval.low >= least, interval.high < least
    return "holds" if within else "fails" if beyond else "inconclusive"


def _change_of_ratio(interval: Interval, figure: Figure) -> Change:
    if interval.high - interval.low > _WIDEST:
        return "inconclusive"
    if interval.low <= 1 + _MATTERS and interval.high >= 1 - _MATTERS:
        return "same"
    return "better" if (interval.low > 1) == (figure.better == "bigger") else "worse"


def _change_of_time(before: Figure, after: Figure) -> Change:
    """Compare single measurements of time: only a large difference says anything."""
    ratio = after.value / before.value if before.value else 1.0
    return _change_of_ratio(Interval(ratio, ratio), after) if _is_large(ratio) else "same"


def _is_large(ratio: float) -> bool:
    return not 1 - _WIDEST <= ratio <= 1 + _WIDEST


def _change_of_count(before: Figure, after: Figure) -> Change:
    if before.value == after.value:
        return "same"
    return "better" if (after.value > before.value) == (after.better == "bigger") else "worse"
