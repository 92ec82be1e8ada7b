"""A pytest plugin: count the blocking calls of the project's own code on the event loop.

It runs in the environment of a migrated project, where the shims and blockbuster are installed.
"""

import json
import os
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from compat_shims.guard import BlockingCall, report_blocking

# Where the report goes.
REPORT = "LOOP_GUARD_REPORT"

_WATCH = ExitStack()
_SEEN: Counter[tuple[str, str, int, str]] = Counter()

# What an app cannot help that logs a line, renders a template or lets Quart send a file; and what
# is read once, before the first request where a server starts the app (compat_shims/warm_up.py).
_HELPERS = ("logging", "jinja2", "quart", "babel", "mimetypes")


def pytest_configure() -> None:
    """Watch from now on."""
    _WATCH.enter_context(report_blocking(note))


def note(call: BlockingCall) -> None:
    """Count a call at its line, and apart if it was made by a helper of every app."""
    _SEEN[call.function, call.path, call.line, through(call)] += 1


def through(call: BlockingCall) -> str:
    """Return which helper stands between the project's line and the call; empty for none."""
    frame = sys._getframe()  # noqa: SLF001  the stack of the call, whose line is known
    while frame.f_back is not None and (frame.f_code.co_filename, frame.f_lineno) != (
        call.path,
        call.line,
    ):
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in _HELPERS:
            return package
        frame = frame.f_back
    return ""


def pytest_sessionfinish() -> None:
    """Write each line with its calls, the most first."""
    _WATCH.close()
    calls = [[*place, count] for place, count in _SEEN.most_common()]
    Path(os.environ[REPORT]).write_text(json.dumps({"calls": calls}), encoding="utf-8")
