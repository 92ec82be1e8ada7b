"""How fast this machine is just now: the CPU time of a fixed piece of pure Python."""

import time
from statistics import median

_ROUNDS = 7

# Two runs whose calibrations differ by more than this were not on equally fast machines.
TOLERANCE = 0.1


def calibrate() -> float:
    """Return the median of some rounds, in ms of CPU."""
    return round(median(_once() for _ in range(_ROUNDS)) * 1000, 3)


def alike(one: float, other: float) -> bool:
    """Say whether two calibrations are of equally fast machines."""
    return abs(one - other) <= TOLERANCE * max(one, other)


def _once() -> float:
    started = time.process_time()
    table = {}
    for number in range(40_000):
        table[number % 997] = str(number)
    return time.process_time() - started
