"""Counts and latencies of one stream of requests."""

import time
from dataclasses import dataclass

from hdrh.histogram import HdrHistogram

from benchmarks.load.connection import SERVER_ERROR

# Latencies are recorded in microseconds, to three figures, up to a minute.
_LOWEST, _HIGHEST, _FIGURES = 1, 60_000_000, 3


@dataclass(frozen=True, slots=True)
class Latencies:
    """What one stream saw: milliseconds at percentiles, counts, and the whole histogram encoded.

    ``unanswered`` were sent, or due, and had no answer when the drain time was over; ``failed``
    were answered with a status of 500 and more, or not at all by a connection that closed.
    """

    sent: int
    answered: int
    failed: int
    unanswered: int
    p50: float
    p90: float
    p99: float
    worst: float
    histogram: str


class Recorder:
    """Counts and latencies of one stream."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.sent = 0
        self.answered = 0
        self.failed = 0
        self.answers: list[tuple[float, float, int]] = []
        self.histogram = HdrHistogram(_LOWEST, _HIGHEST, _FIGURES)

    def record(self, status: int, due: float) -> None:
        """Note an answer that comes just now, by its status, to a request due then."""
        now = time.perf_counter()
        self.answers.append((due, now, status))
        if not status or status >= SERVER_ERROR:
            self.failed += 1
            return
        self.answered += 1
        self.histogram.record_value(min(max(int((now - due) * 1e6), _LOWEST), _HIGHEST))

    def result(self) -> Latencies:
        """Return what was seen up to now."""
        at = self.histogram.get_value_at_percentile
        return Latencies(
            sent=self.sent,
            answered=self.answered,
            failed=self.failed,
            unanswered=self.sent - self.answered - self.failed,
            p50=at(50) / 1000,
            p90=at(90) / 1000,
            p99=at(99) / 1000,
            worst=self.histogram.get_max_value() / 1000,
            histogram=self.histogram.encode().decode("ascii"),
        )
