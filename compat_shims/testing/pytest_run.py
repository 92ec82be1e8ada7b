"""What the pytest plugin does in a run that it is active in."""

from __future__ import annotations  # pytest before 8 lacks names that these mention

import gc
import json
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from compat_shims.testing.counting import Served, Tally, requests
from compat_shims.testing.never_awaited import never_awaited

REQUESTS_OUTSIDE_TESTS = "flask_to_quart_requests"
NEVER_AWAITED = "flask_to_quart_never_awaited"


class ServedRun:
    """Counts the requests of each test, and fails the tests that forget to await.

    Under pytest-xdist there is one in each worker, which counts, and one in the controller, which
    gets the figures with the reports of the tests.
    """

    def __init__(self, at_least: int | None, report: Path | None) -> None:
        """Fail the run below *at_least* requests served by Quart; write figures to *report*."""
        self._at_least = at_least
        self._report = report
        self._tally = Tally()
        self._running: dict[str, Served] = {}
        self._executed: set[str] = set()
        self._leftover: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Fail the test whose own code left a coroutine behind."""
        result = yield
        never_awaited.raise_if_any()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, Any, Any]:
        """Fail the test whose fixtures, or whose garbage, left a coroutine behind."""
        result = yield
        # The youngest generations only: all of them would take longer than most tests.
        gc.collect(1)
        never_awaited.raise_if_any()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send with each report the requests of its phase: the controller adds them up."""
        report = yield
        report.flask_to_quart = asdict(requests.take())  # type: ignore[attr-defined]  # pytest-xdist carries any attribute
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the phases of a test; those of the workers' tests come interleaved."""
        test = report.nodeid
        served = self._running.pop(test, Served()) + Served(**getattr(report, "flask_to_quart", {}))
        if report.when == "call" and not _was_skipped(report):
            self._executed.add(test)
        if report.when != "teardown":
            self._running[test] = served
        elif test in self._executed:
            self._executed.remove(test)
            self._tally = self._tally.with_test(test, served)
        else:
            self._tally = self._tally.with_requests(served)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Judge the run when all else has ended, just before pytest prints its summary."""
        result = yield
        self._judge(session)
        return result

    def _judge(self, session: pytest.Session) -> None:
        gc.collect()
        self._leftover += never_awaited.take()
        self._tally = self._tally.with_requests(outside := requests.take())
        worker_output = getattr(session.config, "workeroutput", None)
        if worker_output is not None:  # A worker of pytest-xdist: its controller judges.
            worker_output[REQUESTS_OUTSIDE_TESTS] = asdict(outside)
            worker_output[NEVER_AWAITED] = self._leftover
            return
        if self._report is not None:
            self._report.write_text(self._as_json(), encoding="utf-8")
        if session.exitstatus == pytest.ExitCode.OK and self._faults():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker of pytest-xdist found outside its tests."""
        output = getattr(node, "workeroutput", {})
        self._tally = self._tally.with_requests(Served(**output.get(REQUESTS_OUTSIDE_TESTS, {})))
        self._leftover += output.get(NEVER_AWAITED, [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the figures, and why the run failed where no test did."""
        faults = self._faults()
        terminalreporter.line(self._tally.line(), red=bool(faults), green=not faults)
        for fault in faults:
            terminalreporter.line(f"flask-to-quart: {fault}", red=True)

    def _faults(self) -> list[str]:
        served = self._tally.served.by_quart
        if self._at_least is not None and served < self._at_least:
            return [*self._leftover, f"at least {self._at_least} requests served by Quart expected"]
        return self._leftover

    def _as_json(self) -> str:
        figures = {
            "served_by_quart": self._tally.served.by_quart,
            "served_by_flask": self._tally.served.by_flask,
            "tests": self._tally.tests,
            "requesting": list(self._tally.requesting),
            "faults": self._faults(),
        }
        return json.dumps(figures, indent=2) + "\n"


def _was_skipped(report: pytest.TestReport) -> bool:
    # An expected failure is reported as skipped, and has run.
    return report.skipped and not hasattr(report, "wasxfail")
