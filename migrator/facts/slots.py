"""Cells that hold what a variable, attribute, parameter or return value may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrator.facts.units import ClassUnit, Unit
    from migrator.facts.values import Values


class Slot:
    """One cell: its values only grow, and it knows the units that read it.

    ``widened`` are the classes for whose many subclasses it holds one open instance; ``dropped``
    are values that it was given and did not keep, for which others stand.
    """

    __slots__ = ("dropped", "overflowed", "readers", "values", "widened")

    def __init__(self) -> None:
        """Start without values."""
        self.values: Values = frozenset()
        self.readers: dict[Unit, None] = {}
        self.overflowed = False
        self.widened: frozenset[ClassUnit] = frozenset()
        self.dropped: Values = frozenset()
