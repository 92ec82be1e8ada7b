"""A pytest plugin for the baseline: which tests send a request to a Flask app.

It runs in the project's own environment, so it imports nothing but pytest's and Flask's names.
Every request passes ``Flask.wsgi_app``, redirects that are followed included; a test may also
have a request dispatched in a context of its own making:
https://flask.palletsprojects.com/en/stable/api/#flask.Flask.full_dispatch_request
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

# Where the report goes.
REPORT = "FLASK_REQUESTS_REPORT"


class Recorder:
    """Counts the requests of each test, and keeps the tests that passed."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.current = ""
        self.requests: dict[str, int] = {}
        self.passed: set[str] = set()

    def seen(self) -> None:
        """Note a request of the test that runs now."""
        self.requests[self.current] = self.requests.get(self.current, 0) + 1

    def dispatched(self) -> None:
        """Note a test that has a request dispatched, whether or not it sent one."""
        self.requests.setdefault(self.current, 0)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Know which test runs, its fixtures included."""
        self.current = item.nodeid
        yield
        self.current = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the tests that passed."""
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write the report."""
        requesting = sorted(self.passed.intersection(self.requests))
        report = {"requests": sum(self.requests.values()), "requesting": requesting}
        Path(os.environ[REPORT]).write_text(json.dumps(report), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Put the recorder in the way of every request."""
    recorder = Recorder()
    config.pluginmanager.register(recorder)
    answer, dispatch = Flask.wsgi_app, Flask.full_dispatch_request

    def wsgi_app(self: Flask, environ: Any, start_response: Any) -> Any:
        recorder.seen()
        return answer(self, environ, start_response)

    def full_dispatch_request(self: Flask, *context: Any) -> Any:
        recorder.dispatched()
        return dispatch(self, *context)

    # Patched for the run of this one pytest process, in which nothing else happens.
    Flask.wsgi_app = wsgi_app  # type: ignore[method-assign]
    Flask.full_dispatch_request = full_dispatch_request  # type: ignore[method-assign]
