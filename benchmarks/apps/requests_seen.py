"""Who served the requests of a test run: what the recording plugins report."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Served:
    """Requests served by Quart and by Flask alone, and the passing tests that sent one.

    The tests are named as in JUnit reports, see :mod:`migrator.trial.junit`.
    """

    by_quart: int
    by_flask: int
    tests: tuple[str, ...]

    @property
    def requesting(self) -> int:
        """How many passing tests sent a request."""
        return len(self.tests)


def on_flask(report: Mapping[str, object]) -> Served | None:
    """Read the report of ``benchmarks/plugins/flask_requests.py``."""
    match report:
        case {"requests": int(requests), "requesting": list(tests)}:
            return Served(0, requests, _names(tests))
    return None


def on_quart(report: Mapping[str, object]) -> Served | None:
    """Read the report of ``compat_shims.pytest_plugin`` (``--quart-report``)."""
    match report:
        case {
            "served_by_quart": int(quart),
            "served_by_flask": int(flask),
            "requesting": list(tests),
        }:
            return Served(quart, flask, _names(tests))
    return None


def name_of(node: str) -> str:
    """Return the name under which pytest writes the test of a node id into a JUnit report.

    https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files (the class
    is the path with dots and the classes, the name is the function with its parameters).
    """
    address, bracket, parameters = node.partition("[")
    path, *names = address.split("::")
    parts = [re.sub(r"\.py$", "", path.replace("/", ".")), *names]
    return f"{'.'.join(parts[:-1])}::{parts[-1]}{bracket}{parameters}"


def _names(nodes: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({name_of(str(node)) for node in nodes}))
