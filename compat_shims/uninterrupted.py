"""Waiting for what has to come to its end, however often the waiting task is cancelled."""

import asyncio
from collections.abc import Coroutine
from contextvars import Context, copy_context
from typing import Any, TypeVar

from compat_shims.variables import Variables

__all__ = ["to_the_end", "until_over"]

T = TypeVar("T")


async def until_over(task: asyncio.Task[Any]) -> asyncio.CancelledError | None:
    """Wait until *task* is over; return the cancellation of the waiting task, if there was one."""
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    return cancelled


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Return what *work* returns; a cancellation of the caller is raised when it is over.

    It runs in a task of its own. What it sets in context variables is set for the caller.
    """
    contexts: list[Context] = []
    task = asyncio.create_task(_noting_context(work, contexts))
    cancelled = await until_over(task)
    for context in contexts:
        Variables().take_over(context)
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # Or else asyncio logs that nobody asked for it.
        raise cancelled
    try:
        return task.result()
    finally:
        del task  # The traceback of an error would keep the error alive.


async def _noting_context(work: Coroutine[Any, Any, T], contexts: list[Context]) -> T:
    try:
        return await work
    finally:
        contexts.append(copy_context())
