"""A pytest plugin: count the blocking calls of the project's own code on the event loop.

It runs in the environment of a migrated project, where the shims and blockbuster are installed.
"""

import json
import os
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from compat_shims.guard import BlockingCall, report_blocking

# Where the report goes.
REPORT = "LOOP_GUARD_REPORT"

_WATCH = ExitStack()
_SEEN: Counter[tuple[str, str, int]] = Counter()


def pytest_configure() -> None:
    """Watch from now on."""
    _WATCH.enter_context(report_blocking(note))


def note(call: BlockingCall) -> None:
    """Count a call at its line."""
    _SEEN[call.function, call.path, call.line] += 1


def pytest_sessionfinish() -> None:
    """Write each line with its calls, the most first."""
    _WATCH.close()
    calls = [[*place, count] for place, count in _SEEN.most_common()]
    Path(os.environ[REPORT]).write_text(json.dumps({"calls": calls}), encoding="utf-8")
