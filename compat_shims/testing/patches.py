"""Attributes that are replaced for the duration of a test run, and put back after it."""

from collections.abc import Callable
from typing import Any

_ABSENT = object()


class Patches:
    """Replaces attributes of classes and modules, and knows how to undo it."""

    def __init__(self) -> None:
        """Begin with nothing replaced."""
        self._before: list[tuple[Any, str, Any]] = []

    def __bool__(self) -> bool:
        """Tell whether anything is replaced."""
        return bool(self._before)

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Replace, or add, attribute *name* of *owner*."""
        self._before.append((owner, name, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, value)

    def wrap(self, owner: Any, name: str, wrapper: Callable[[Any], Any]) -> None:
        """Replace attribute *name* of *owner* by what *wrapper* makes of it."""
        self.set(owner, name, wrapper(getattr(owner, name)))

    def remove(self, owner: Any, name: str) -> None:
        """Take attribute *name* away from *owner*, which has it itself."""
        self._before.append((owner, name, vars(owner)[name]))
        delattr(owner, name)

    def rebase(self, cls: Any, make: Callable[[type], type]) -> None:
        """Put the class that *make* derives from the first base of *cls* in its place."""
        first, *others = cls.__bases__
        self._before.append((cls, "__bases__", cls.__bases__))
        cls.__bases__ = (make(first), *others)

    def undo(self) -> None:
        """Put everything back, the last replacement first."""
        while self._before:
            owner, name, value = self._before.pop()
            if value is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
