"""A small HTTP/1.1 load client: open loop at a set rate, and closed loop for capacity."""

from benchmarks.load.closed_loop import Capacity, closed_loop
from benchmarks.load.loops import run
from benchmarks.load.open_loop import (
    Answer,
    Flow,
    one_by_one,
    open_loop,
    open_loop_answers,
    schedule,
)
from benchmarks.load.recorder import Latencies
from benchmarks.load.wire import Request, build, get

__all__ = [
    "Answer",
    "Capacity",
    "Flow",
    "Latencies",
    "Request",
    "build",
    "closed_loop",
    "get",
    "one_by_one",
    "open_loop",
    "open_loop_answers",
    "run",
    "schedule",
]
