"""Synchronous context managers around code that awaits."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from compat_shims.lane import offload

__all__ = ["offload_context"]


@asynccontextmanager
async def offload_context(manager: Any, /, *args: Any, **kwargs: Any) -> AsyncGenerator[Any]:
    """Enter and leave a synchronous context manager in the request's lane.

    ``async with offload_context(open, path) as file:`` makes the manager by ``open(path)``, in the
    lane as well; ``async with offload_context(lock):`` takes one that is there. In between, the
    body runs on the event loop. What was entered is left also when the task is cancelled.
    """
    entered = _Entered()
    try:
        yield await offload(entered.enter, _maker(manager), args, kwargs)
    except BaseException as error:
        if not await offload(entered.leave, error):
            raise
    else:
        await offload(entered.leave, None)


def _maker(manager: Any) -> Callable[..., Any]:
    return (lambda: manager) if hasattr(type(manager), "__enter__") else manager


class _Entered:
    """A context manager from the moment at which it is entered."""

    def __init__(self) -> None:
        self._manager: Any = None

    def enter(self, make: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Make the manager and return what entering it gives."""
        manager = make(*args, **kwargs)
        value = type(manager).__enter__(manager)
        self._manager = manager
        return value

    def leave(self, error: BaseException | None) -> Any:
        """Leave the manager, if it was entered; true if it swallows *error*."""
        if self._manager is None:
            return False
        kind, traceback = type(error) if error else None, error.__traceback__ if error else None
        return type(self._manager).__exit__(self._manager, kind, error, traceback)
