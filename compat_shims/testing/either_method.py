"""A method that answers some callers at once, and still passes for a coroutine function."""

from collections.abc import Callable
from functools import update_wrapper
from types import CodeType
from typing import Any


class EitherMethod:
    """Stands in a class for the coroutine function *original*; *answer* is called in its place.

    Servers ask whether ``app.__call__`` is a coroutine function, and Quart asks it of views.
    `inspect` says so of any callable that carries the code object of one
    (https://github.com/python/cpython/blob/3.11/Lib/inspect.py, ``_signature_is_functionlike``).
    """

    def __init__(
        self,
        original: Callable[..., Any],
        answer: Callable[..., Any],
        bound_to: tuple[object, ...] = (),
    ) -> None:
        """Take over what introspection sees of *original*; *bound_to* is the instance, if any."""
        update_wrapper(self, original)
        self.__name__: str = original.__name__
        self.__code__: CodeType = original.__code__
        self.__defaults__ = original.__defaults__
        self.__kwdefaults__ = original.__kwdefaults__
        self._original = original
        self._answer = answer
        self._bound_to = bound_to

    def __get__(self, instance: object | None, owner: type) -> "EitherMethod":
        """Bind to *instance*, as a function would."""
        if instance is None:
            return self
        return EitherMethod(self._original, self._answer, (instance,))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Let *answer* decide."""
        return self._answer(*self._bound_to, *args, **kwargs)
