"""Where and with what the figures of a run were taken."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from benchmarks.apps.distribution import CHECKOUT
from benchmarks.calibration import calibrate

_LIBRARIES = ("flask-to-quart", "flask", "quart", "werkzeug", "libcst", "uvicorn", "hypercorn")


def metadata() -> dict[str, object]:
    """Return the machine, the versions, the commit and the time, ready for JSON."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "calibration_ms": calibrate(),
        "commit": _commit(),
        "versions": {name: _version(name) for name in _LIBRARIES},
    }


def _commit() -> str | None:
    command = ("git", "describe", "--always", "--dirty", "--abbrev=40")
    try:
        finished = subprocess.run(  # noqa: S603  fixed words
            command, cwd=CHECKOUT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return finished.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
