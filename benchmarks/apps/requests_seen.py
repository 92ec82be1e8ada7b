"""Who served the requests of a test run: what the recording plugins report."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Served:
    """Requests served by Quart and by Flask alone, and how many passing tests sent one."""

    by_quart: int
    by_flask: int
    requesting: int


def on_flask(report: Mapping[str, object]) -> Served | None:
    """Read the report of ``benchmarks/plugins/flask_requests.py``."""
    match report:
        case {"requests": int(requests), "requesting": list(tests)}:
            return Served(0, requests, len(tests))
    return None


def on_quart(report: Mapping[str, object]) -> Served | None:
    """Read the report of ``compat_shims.pytest_plugin`` (``--quart-report``)."""
    match report:
        case {
            "served_by_quart": int(quart),
            "served_by_flask": int(flask),
            "requesting": list(tests),
        }:
            return Served(quart, flask, len(tests))
    return None
