"""Finds calls that block the event loop: reported in development, an error in tests.

What blocks is known by `blockbuster <https://pypi.org/project/blockbuster/>`_, which has to be
installed. A call counts where code of the project, not only of libraries, is on the stack.

In development::

    with report_blocking():
        app.run()

In tests, as a fixture that is used automatically::

    @pytest.fixture(autouse=True)
    def no_blocking():
        with forbid_blocking():
            yield
"""

import logging
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from compat_shims.errors import BlockingCallError

__all__ = ["BlockingCall", "forbid_blocking", "report_blocking"]

logger = logging.getLogger("compat_shims.guard")

_OWN = str(Path(__file__).parent)
_LIBRARIES = tuple({sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")})
_found = threading.local()


@dataclass(frozen=True, slots=True)
class BlockingCall:
    """A call that blocked the event loop, and the line of the project that it came from."""

    function: str
    path: str
    line: int
    seconds: float = 0.0
    """How long it took; 0.0 for a call that was not made."""

    def __str__(self) -> str:
        """Say what, where, how long, and what to do."""
        took = f" for {self.seconds * 1000:.0f} ms" if self.seconds else ""
        return (
            f"{self.path}:{self.line}: {self.function}() blocks the event loop{took}: "
            "write `await compat_shims.offload(...)` around it, or await something else"
        )


def _log(call: BlockingCall) -> None:
    logger.warning("%s", call)


@contextmanager
def report_blocking(
    report: Callable[[BlockingCall], None] = _log, shortest: float = 0.0
) -> Generator[None, None, None]:
    """Let *report* know of each blocking call that took at least *shortest* seconds.

    By default it is logged as a warning of ``compat_shims.guard``. Raises `ImportError` where
    blockbuster is not installed.
    """

    def note(call: BlockingCall) -> None:
        _found.call = call

    def timed(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call_and_report(*args: Any, **kwargs: Any) -> Any:
            found: BlockingCall | None = getattr(_found, "call", None)
            if found is None or found.function != name:  # Something that a tracer calls, perhaps.
                return original(*args, **kwargs)
            _found.call = None
            since = time.perf_counter()
            try:
                return original(*args, **kwargs)
            finally:
                took = time.perf_counter() - since
                if took >= shortest:
                    report(BlockingCall(found.function, found.path, found.line, took))

        return call_and_report

    with _watching(note, timed):
        yield


@contextmanager
def forbid_blocking() -> Generator[None, None, None]:
    """Raise `compat_shims.errors.BlockingCallError` in place of each blocking call."""

    def refuse(call: BlockingCall) -> None:
        raise BlockingCallError(str(call))

    with _watching(refuse, lambda _, original: original):
        yield


@contextmanager
def _watching(
    found: Callable[[BlockingCall], None],
    around: Callable[[str, Callable[..., Any]], Callable[..., Any]],
) -> Generator[None, None, None]:
    try:
        from blockbuster import BlockBuster  # noqa: PLC0415  only development needs it
    except ImportError as error:
        msg = "compat_shims.guard needs blockbuster: pip install blockbuster"
        raise ImportError(msg) from error
    guard = BlockBuster()
    originals = {name: function.original_func for name, function in guard.functions.items()}
    for function in guard.functions.values():
        if function.original_func is not None:
            function.can_block_predicate = _predicate(function, found)
            function.original_func = around(function.full_name, function.original_func)
    guard.activate()
    try:
        yield
    finally:
        for name, function in guard.functions.items():
            function.original_func = originals[name]
        guard.deactivate()


def _predicate(function: Any, found: Callable[[BlockingCall], None]) -> Callable[..., bool]:
    """Return what blockbuster asks whether a call may block: it may, once *found* knows of it."""
    may_block = function.can_block_predicate

    def predicate(*args: Any, **kwargs: Any) -> bool:
        if not may_block(*args, **kwargs):
            place = _place(sys._getframe(1), function.can_block_functions)  # noqa: SLF001  sys's documented name
            if place is not None:
                found(BlockingCall(function.full_name, *place))
        return True

    return predicate


def _place(frame: FrameType | None, allowed: list[tuple[str, Any]]) -> tuple[str, int] | None:
    """Return the innermost line of the project; None where there is none, or it may block."""
    place: tuple[str, int] | None = None
    while frame is not None:
        path = frame.f_code.co_filename
        normal = path.replace("\\", "/")
        if any(normal.endswith(end) and frame.f_code.co_name in names for end, names in allowed):
            return None
        if place is None and not path.startswith((*_LIBRARIES, _OWN, "<")):
            place = path, frame.f_lineno
        frame = frame.f_back
    return place
