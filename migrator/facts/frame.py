"""The names that a piece of code sees while it is evaluated, statement by statement."""

from __future__ import annotations

import ast

from migrator.facts.attributes import star_attribute
from migrator.facts.machine import BUILTINS, Machine
from migrator.facts.units import ClassUnit, FunctionUnit, ModuleUnit, Unit
from migrator.facts.values import NOTHING, Values, join
from migrator.index.resolve import place_of

Env = dict[str, Values]


class Frame:
    """Where a unit's evaluation stands: what its own names hold at this point.

    A class body has a frame of its own, with the frame around it as ``outer``. ``site`` is the
    definition whose decorators are being evaluated. ``exits`` are the names' values where a loop
    is left or repeated, ``missed`` the names that were read before they were bound.
    """

    __slots__ = (
        "cls", "comprehensions", "env", "exits", "keeps_slots", "machine", "missed", "outer",
        "record", "site", "unit",
    )  # fmt: skip

    def __init__(
        self, machine: Machine, unit: Unit, cls: ClassUnit | None = None, outer: Frame | None = None
    ) -> None:
        """Start with no name bound."""
        self.machine = machine
        self.unit = unit
        self.cls = cls
        self.outer = outer
        self.env: Env = {}
        self.record = unit.record
        self.site: FunctionUnit | ClassUnit | None = None
        self.exits: list[list[Env]] = []
        self.missed: set[str] = set()
        self.comprehensions: list[Env] = []
        self.keeps_slots = (
            isinstance(unit, FunctionUnit) and unit.id in machine.closure_makers and cls is None
        )

    def lookup(self, name: str) -> Values:
        """Return what *name* holds here."""
        held = self.env.get(name)
        if held is not None:
            if name in self.unit.shared and self.cls is None:
                return join(held, self.machine.read(self.unit.slot(name)))
            return held
        self.missed.add(name)
        if self.cls is not None and self.outer is not None:
            outer = self.outer
            while outer.cls is not None and outer.outer is not None:
                outer = outer.outer
            return outer.lookup(name)
        return self._free(name)

    def _free(self, name: str) -> Values:
        unit: Unit | None = self.unit
        if name in self.unit.scope.global_names:
            unit = None
        while isinstance(unit, FunctionUnit):
            if name in unit.scope.bound or name in unit.scope.inner:
                if unit is self.unit and name not in unit.shared:
                    return NOTHING if name in unit.scope.bound else self._global(name)
                return self.machine.read(unit.slot(name))
            unit = unit.parent
        return self._global(name)

    def _global(self, name: str) -> Values:
        module = self.machine.modules[self.unit.module.file.path]
        if name in module.scope.bound or name in module.slots:
            found = self.machine.read(module.slot(name))
            if found or name in module.scope.bound:
                return found
        place = place_of(module.module.file.path)
        found = star_attribute(self.machine, place, name)
        if not found and name in BUILTINS:
            return frozenset({self.machine.external(f"builtins.{name}")})
        return found or self.machine.read(self.machine.named_slot("injected", name))

    def bind(self, name: str, values: Values) -> None:
        """Let *name* hold *values* from here on."""
        if self.cls is None:
            scope = self.unit.scope
            if name in scope.global_names:
                module = self.machine.modules[self.unit.module.file.path]
                self.machine.write_shared(module, name, values)
                return
            if name in scope.nonlocal_names:
                self._bind_nonlocal(name, values)
                return
        self.env[name] = values
        if self.keeps_slots:
            self.machine.write(self.unit.slot(name), values)

    def _bind_nonlocal(self, name: str, values: Values) -> None:
        unit = self.unit.parent
        while isinstance(unit, FunctionUnit):
            if name in unit.scope.bound:
                self.machine.write_shared(unit, name, values)
                return
            unit = unit.parent

    def bind_outside_comprehension(self, name: str, values: Values) -> None:
        """Bind the target of ``:=``, which outlives the comprehension that it stands in."""
        self.bind(name, values)
        for env in self.comprehensions:
            env[name] = values

    def flush(self) -> None:
        """Let what the names of a module hold at its end be seen by others."""
        if isinstance(self.unit, ModuleUnit):
            for name, values in self.env.items():
                self.machine.write(self.unit.slot(name), values)

    def owner(self) -> FunctionUnit | None:
        """Return the method whose body this is, also from a function inside it."""
        unit: Unit | None = self.unit
        while isinstance(unit, FunctionUnit):
            if unit.owner is not None:
                return unit
            unit = unit.parent
        return None


def merge(left: Env, right: Env) -> Env:
    """Return what the names hold where two ways meet."""
    if left is right:
        return left
    merged = dict(left)
    for name, values in right.items():
        held = merged.get(name)
        if held is None:
            merged[name] = values
        elif held is not values:
            merged[name] = join(held, values)
    return merged


def literal(node: ast.expr | None) -> int | str | None:
    """Return the number or string that *node* is, if it is one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | str):
        return node.value
    return None
