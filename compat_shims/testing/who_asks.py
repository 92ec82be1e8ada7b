"""Who calls a method of the app: a synchronous test, async code, or the app's own code.

Only a test gets Flask's behaviour where Quart's differs: what the app's own code asks for must
behave in a test as it will under a server, or the test would hide what was not migrated.
"""

import asyncio
import sys
from types import FrameType

from quart import Quart

from compat_shims.lane import in_lane


def in_event_loop() -> bool:
    """Tell whether the caller runs in an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def asked_by_test(app: Quart, depth: int = 1) -> bool:
    """Tell whether the code *depth* frames above the caller is a synchronous test of *app*.

    Fixtures, and libraries that a test uses, count as the test.
    """
    if in_lane() or in_event_loop():
        return False
    return not _is_own_code(app, sys._getframe(depth + 1))  # noqa: SLF001  sys's documented name


def _is_own_code(app: Quart, frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", ""))
    if "test" in module:  # tests.views, conftest, myapp.testing
        return False
    return module.partition(".")[0] == app.import_name.partition(".")[0]
