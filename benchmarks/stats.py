"""Medians and their spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of a sample, and the quartiles around it."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """Say it in three figures."""
        return f"{self.median:.3g} ({self.low:.3g} to {self.high:.3g})"


def spread(sample: Sequence[float]) -> Spread:
    """Return the median and the quartiles of `sample`, which holds at least one figure."""
    if len(sample) == 1:
        return Spread(sample[0], sample[0], sample[0])
    low, _, high = quantiles(sample, n=4, method="inclusive")
    return Spread(median(sample), low, high)
