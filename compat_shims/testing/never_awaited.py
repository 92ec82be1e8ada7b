"""Coroutines that were created and never awaited: what they should have done did not happen.

Python only warns of them, when they are freed. Projects filter warnings, and a warning raised as
an error while an object is freed reaches nobody: a test passes although half of it did not run.
So they are taken where Python reports them, before any filter.
"""

import sys
import warnings
from collections import deque
from collections.abc import Callable, Coroutine
from types import CodeType
from typing import Any

AnyCoroutine = Coroutine[Any, Any, Any]

_ORIGIN_DEPTH = 1


class NeverAwaitedError(AssertionError):
    """A test left coroutines behind that nobody awaited."""


class NeverAwaited:
    """Collects the coroutines of this process that were freed without having been awaited."""

    def __init__(self) -> None:
        """Collect nothing yet."""
        # No lock: a coroutine may be freed anywhere, also while this thread holds one.
        self._found: deque[str] = deque()
        self._before: Callable[[AnyCoroutine], None] | None = None

    def watch(self) -> None:
        """Begin to collect; a second call does nothing."""
        if self._before is not None:
            return
        # The interpreter looks this function up by name for each of them: see
        # _PyErr_WarnUnawaitedCoroutine in
        # https://github.com/python/cpython/blob/3.13/Python/_warnings.c
        self._before = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]  # noqa: SLF001  the only place that sees them before any filter
        warnings._warn_unawaited_coroutine = self._take_note  # type: ignore[attr-defined]  # noqa: SLF001  see above
        sys.set_coroutine_origin_tracking_depth(_ORIGIN_DEPTH)

    def stop(self) -> None:
        """Collect no more."""
        if self._before is not None:
            warnings._warn_unawaited_coroutine = self._before  # type: ignore[attr-defined]  # noqa: SLF001  see above
            self._before = None
            sys.set_coroutine_origin_tracking_depth(0)

    def note(self, sentence: str) -> None:
        """Add something else that was begun and never done."""
        self._found.append(sentence)

    def take(self) -> list[str]:
        """Return what was found since the last call, a sentence each."""
        return [self._found.popleft() for _ in range(len(self._found))]

    def raise_if_any(self) -> None:
        """Raise `NeverAwaitedError` if any was found since the last call."""
        if found := self.take():
            raise NeverAwaitedError("\n".join(found))

    def _take_note(self, coroutine: AnyCoroutine) -> None:
        self.note(_sentence(coroutine))
        if self._before is not None:
            self._before(coroutine)


never_awaited = NeverAwaited()
"""The one collector of the process: the interpreter has one place to report to."""


def _sentence(coroutine: AnyCoroutine) -> str:
    name = getattr(coroutine, "__qualname__", repr(coroutine))
    code = getattr(coroutine, "cr_code", None)
    where = f" ({code.co_filename}:{code.co_firstlineno})" if isinstance(code, CodeType) else ""
    origin = getattr(coroutine, "cr_origin", None)
    called = f", called at {origin[0][0]}:{origin[0][1]}" if origin else ""
    return f"coroutine {name}{where} was never awaited{called}: await it, or do not call it"
