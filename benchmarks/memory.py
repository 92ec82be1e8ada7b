"""How much memory a process has held."""

import resource
import sys
from pathlib import Path

# macOS counts ru_maxrss in bytes, others in kilobytes (getrusage(2)).
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def peak_memory() -> int:
    """Return the most memory that this process has held at once, in bytes.

    On Linux ``ru_maxrss`` begins with the size of the parent that started the process, and
    ``VmHWM`` does not (proc_pid_status(5)).
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
