"""Cut a command off from the network, loopback excepted, where the system can."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which

_LOOPBACK_UP = str(Path(__file__).with_name("loopback_up.py"))

# Root may leave the network namespace as it is; others need a user namespace to be root in.
_WAYS = (("-n",), ("-r", "-n"))


@dataclass(frozen=True, slots=True)
class Isolation:
    """What to put before a command to cut it off, and the reason where nothing can."""

    prefix: tuple[str, ...]
    reason: str

    @property
    def works(self) -> bool:
        """Whether commands are really cut off."""
        return bool(self.prefix)


@cache
def isolation() -> Isolation:
    """Find out, by trying, how this system cuts a command off (see ``unshare(1)``)."""
    unshare = which("unshare")
    if unshare is None:
        return Isolation((), "this system has no `unshare`")
    for way in _WAYS:
        prefix = (unshare, *way, sys.executable, _LOOPBACK_UP)
        if _succeeds((*prefix, "true")):
            return Isolation(prefix, "")
    return Isolation((), "`unshare -n` and `unshare -rn` are refused here")


def _succeeds(command: Sequence[str]) -> bool:
    finished = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  fixed words
    return finished.returncode == 0
