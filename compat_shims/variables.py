"""Context variables that cross from one side of a lane to the other."""

from contextlib import suppress
from contextvars import Context, ContextVar, Token
from typing import Any

__all__ = ["Variables"]

_MISSING = object()


class Variables:
    """One side's copy of the context variables of the other side.

    A variable that the other side unset can only be unset here through the token of the moment
    at which it was first set here.
    """

    __slots__ = ("_first_set",)

    def __init__(self) -> None:
        """Begin with none taken over."""
        self._first_set: dict[ContextVar[Any], Token[Any]] = {}

    def take_over(self, other: Context) -> None:
        """Give the variables of the running context the values that they have in *other*."""
        for gone in [variable for variable in self._first_set if variable not in other]:
            # A sibling task may have taken it over as well; only its own token is valid there.
            with suppress(ValueError):
                gone.reset(self._first_set.pop(gone))
        for variable, value in other.items():
            known = variable.get(_MISSING)
            if known is value:
                continue
            token = variable.set(value)
            if known is _MISSING:
                self._first_set[variable] = token
