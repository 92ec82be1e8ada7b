"""How a long run says how far it is, without knowing who listens."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Progress(Protocol):
    """Passes *items* through one by one; ``doing`` says what is done with them."""

    def __call__(self, items: Sequence[Item], doing: str) -> Iterable[Item]:
        """Yield the items while showing how many are done."""
        ...


def silent(items: Sequence[Item], doing: str) -> Iterable[Item]:  # noqa: ARG001  a Progress
    """Show nothing."""
    return items
