"""Who calls a method of the app: a synchronous test, an async one, or the app itself.

Only a test gets Flask's behaviour where Quart's differs: what the app's own code asks for must
behave in a test as it will under a server, or the test would hide what was not migrated.
"""

import asyncio
import sys
from enum import Enum
from pathlib import Path
from types import FrameType

from quart import Quart

from compat_shims.lane import in_lane


class Caller(Enum):
    """Who asks. Fixtures, and libraries that a test uses, count as the test."""

    TEST = "synchronous test code"
    ASYNC_TEST = "test code in an event loop"
    APP = "the app's own code, a request, or a framework"


def who_asks(app: Quart, depth: int = 1) -> Caller:
    """Tell what code it is that stands *depth* frames above the caller of this function."""
    frame = sys._getframe(depth + 1)  # noqa: SLF001  sys's documented name
    if in_lane() or _is_app(app, _module_name(frame)):
        return Caller.APP
    return Caller.ASYNC_TEST if in_event_loop() else Caller.TEST


def asked_by_test(depth: int = 1) -> bool:
    """Tell whether synchronous test code stands *depth* frames above the caller of this function.

    For objects of which it is not known to which app they belong.
    """
    name = _module_name(sys._getframe(depth + 1))  # noqa: SLF001  sys's documented name
    return "test" in name and not in_lane() and not in_event_loop()


def in_event_loop() -> bool:
    """Tell whether the caller runs in an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _module_name(frame: FrameType) -> str:
    name = str(frame.f_globals.get("__name__", ""))
    # A test file may be run by itself.
    return Path(frame.f_globals.get("__file__", "")).stem if name == "__main__" else name


def _is_app(app: Quart, module: str) -> bool:
    if "test" in module:  # tests.views, conftest, myapp.testing
        return False
    return module.partition(".")[0] in (app.import_name.partition(".")[0], *_FRAMEWORKS)


_FRAMEWORKS = ("compat_shims", "quart")
