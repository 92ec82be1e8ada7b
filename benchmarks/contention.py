"""How much of the machine other processes take while something is measured.

Rates and latencies say little about a server that had to share its cores. Linux counts the busy
time of all cores in ``/proc/stat`` (proc_stat(5)); elsewhere nothing is known.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_STAT = Path("/proc/stat")

# The columns of the line "cpu": user, nice, system, idle, iowait, irq, softirq, steal; the guest
# columns behind them are in user and nice already.
_IDLE = (3, 4)
_COLUMNS = 8

# Above this share of all cores, others disturb a measurement by the clock.
DISTURBED = 0.15


@dataclass(frozen=True, slots=True)
class Instant:
    """Seconds that all cores together have been busy, and the clock; None where not known."""

    busy: float | None
    clock: float


def now() -> Instant:
    """Return the counters of this moment."""
    return Instant(_busy(), time.monotonic())


def others(since: Instant, own: float) -> float | None:
    """Return the share of all cores that others took since then; `own` is our CPU time, in s."""
    busy, clock = _busy(), time.monotonic()
    if busy is None or since.busy is None or clock <= since.clock:
        return None
    whole = (clock - since.clock) * (os.cpu_count() or 1)
    return max(0.0, min(1.0, (busy - since.busy - own) / whole))


def _busy() -> float | None:
    try:
        columns = _STAT.read_text(encoding="ascii").partition("\n")[0].split()[1 : _COLUMNS + 1]
    except OSError:
        return None
    ticks = (int(ticks) for index, ticks in enumerate(columns) if index not in _IDLE)
    return sum(ticks) / os.sysconf("SC_CLK_TCK")
