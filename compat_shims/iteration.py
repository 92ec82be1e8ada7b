"""Loops of async code over iterables that wait for what comes next."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import Any

from compat_shims.lane import offload

__all__ = ["offload_iter"]

_END = object()


def offload_iter(source: Any, /, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
    """Iterate over a synchronous iterable, each step in the request's lane.

    ``async for part in offload_iter(response.iter_content, 8192):`` makes the iterable by
    ``response.iter_content(8192)``, in the lane as well; ``async for part in offload_iter(parts):``
    takes one that is there. In between, the body of the loop runs on the event loop. Each step is
    one hop: a list that is loaded at once is faster.
    """
    if args or kwargs or _makes_one(source):
        return _Steps(partial(source, *args, **kwargs))
    return _Steps(lambda: source)


def _makes_one(source: Any) -> bool:
    return callable(source) and not hasattr(type(source), "__iter__")


class _Steps(AsyncIterator[Any]):
    """The steps of an iterable, which is made with the first of them."""

    def __init__(self, make: Callable[[], Iterable[Any]]) -> None:
        self._make = make
        self._iterator: Iterator[Any] | None = None

    async def __anext__(self) -> Any:
        item = await offload(self._next)
        if item is _END:
            raise StopAsyncIteration
        return item

    def _next(self) -> Any:
        if self._iterator is None:
            self._iterator = iter(self._make())
        return next(self._iterator, _END)
