"""A pytest plugin: watch the app while its own tests run, and write the stalls as JSON.

Used by ``python -m benchmarks run --tests COMMAND``. A Flask app is watched in the threads that
serve its requests, a Quart app on its event loop.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.bill.samples import Sampler
from benchmarks.bill.serving import Loops, Threads

# Where the report goes, below which folder the user's own code lies, the shortest stall in s.
REPORT, FOLDER, LEAST = "WATCH_REPORT", "WATCH_FOLDER", "WATCH_LEAST"

_THREADS, _LOOPS = Threads(), Loops()

# With the frames of tests above them, which are not the app's.
_AROUND: set[Any] = set()


def watched() -> Mapping[int, str]:
    """Return the threads that serve a request now, of either framework."""
    return {**_LOOPS.watched(), **_THREADS.watched()}


_SAMPLER = Sampler(
    Path(os.environ.get(FOLDER, ".")), watched, float(os.environ.get(LEAST, "0.005")), _AROUND
)


def pytest_configure() -> None:
    """Stand around the entry points of both frameworks, for the run of this pytest process."""
    from flask import Flask  # noqa: PLC0415  after the plugins that want to come before it
    from quart import Quart  # noqa: PLC0415  see above

    wsgi_app = _THREADS.around(Flask.wsgi_app)
    handle_request = _LOOPS.around(Quart.handle_request)
    _AROUND.update(around.__code__ for around in (wsgi_app, handle_request))
    Flask.wsgi_app = wsgi_app  # type: ignore[method-assign]
    Quart.handle_request = handle_request  # type: ignore[method-assign]
    _SAMPLER.start()


def pytest_sessionfinish() -> None:
    """Write the stalls, and the requests of each framework."""
    report = {
        "stalls": [asdict(stall) for stall in _SAMPLER.take()],
        "flask": _THREADS.requests,
        "quart": _LOOPS.requests,
    }
    Path(os.environ[REPORT]).write_text(json.dumps(report), encoding="utf-8")
