"""The state of one inference: slots, values made once, and the units that wait."""

from __future__ import annotations

import ast
import builtins
import itertools
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from migrator.facts.catalog.flask_to_quart import aliases
from migrator.facts.catalog.framework import Meaning, framework
from migrator.facts.evidence import Hint
from migrator.facts.kinds import Kind, Member
from migrator.facts.narrowing import MOST_OF_A_SORT, MOST_VALUES, narrow, poured
from migrator.facts.registered import Registration
from migrator.facts.slots import Slot
from migrator.facts.units import ClassUnit, FunctionUnit, ModuleUnit, Unit
from migrator.facts.values import Bound, Container, External, Instance, ModuleRef, Value, Values
from migrator.index.resolve import ModuleFinder
from migrator.index.symbols import Program

ANYTHING = "?"
"""The name of what stands for any foreign object."""

BUILTINS = frozenset(vars(builtins))

_V = TypeVar("_V")


class Machine:
    """Reads and writes slots, remembers who reads what, and queues the units to evaluate again."""

    def __init__(
        self,
        program: Program,
        hints: Mapping[ast.AST, Hint],
        library_apps: frozenset[str] = frozenset(),
    ) -> None:
        """Prepare the units of every module of *program*; *hints* say more of expressions.

        *library_apps* are what makes apps of Flask in libraries.
        """
        self.program = program
        self.hints = hints
        self.library_apps = library_apps
        self.finder = ModuleFinder(program.modules.values())
        self._serials = itertools.count(1)
        self.modules = {
            module.file.path: ModuleUnit(
                self.next_serial(), module, program.scopes[module.tree], None
            )
            for module in program.modules.values()
        }
        self.current: Unit | None = None
        self.waiting: deque[Unit] = deque()
        self.units: list[Unit] = []
        self.classes: list[ClassUnit] = []
        self.registrations: dict[Registration, None] = {}
        self.fixtures: dict[FunctionUnit, ast.expr] = {}
        self.static: set[FunctionUnit] = set()
        self.class_methods: set[FunctionUnit] = set()
        self.overflows: dict[Unit, str] = {}
        self.closure_makers = {
            function.parent for function in program.functions.values() if function.parent
        } | {cls.parent for cls in program.classes.values() if cls.parent}
        self.anything = External(self.next_serial(), ANYTHING)
        self._externals: dict[str, External] = {ANYTHING: self.anything}
        self._pours = False
        self._poured: dict[tuple[Container, Container], int] = {}
        self._seen: set[tuple[Values, External, ast.AST]] = set()
        self._made: dict[tuple[object, ...], object] = {}
        self._kind_slots: dict[tuple[Kind, str], Slot] = {}
        self._value_slots: dict[tuple[Value, str], Slot] = {}
        self._named_slots: dict[tuple[str, str], Slot] = {}

    # Slots

    def read(self, slot: Slot) -> Values:
        """Return what *slot* holds; the current unit is evaluated again when that grows."""
        if self.current is not None:
            slot.readers[self.current] = None
        return slot.values

    def write(self, slot: Slot, values: Values) -> bool:
        """Add *values* to what *slot* holds; return whether it holds more now."""
        held = slot.values
        if slot.overflowed or values <= held:
            return False
        joined = held | values
        if slot.dropped and joined - held <= slot.dropped:
            self._pour(held, joined)
            return False
        if len(joined) > MOST_OF_A_SORT or slot.widened:
            joined = self._narrowed(slot, joined)
            if joined == held:
                return False
        slot.values = joined
        for reader in slot.readers:
            self.enqueue(reader)
        return True

    def _narrowed(self, slot: Slot, joined: Values) -> Values:
        kept = narrow(slot, joined, self.anything, self._open_instance)
        if kept is not joined:
            slot.dropped |= joined - kept
            self._pour(kept, joined)
        if len(kept) > MOST_VALUES:
            slot.overflowed = True
            self.note_overflow(self.current, "too many different values meet here")
            return slot.values
        return kept

    def _pour(self, kept: Values, joined: Values) -> None:
        """Let a container among *kept* have the contents of those that were not kept."""
        if self._pours:
            # Containers may hold each other: what is poured is not poured on.
            return
        taker, dropped = poured(kept, joined)
        if taker is not None:
            self._pours = True
            for container in dropped:
                self._pour_into(taker, container)
            self._pours = False

    def _pour_into(self, taker: Container, container: Container) -> None:
        """Give *taker* what *container* holds, unless it has got just that.

        The unit that did so first reads all of it, and does so again when it grows.
        """
        parts = tuple(container.slots())
        size = sum(len(part.values) for part in parts)
        if self._poured.get((taker, container)) != size:
            self._poured[taker, container] = size
            for part in parts:
                self.write(taker.elements, self.read(part))

    def _open_instance(self, cls: ClassUnit) -> Instance:
        return self.instance(cls, is_open=True)

    def note_overflow(self, unit: Unit | None, message: str) -> None:
        """Note that *unit* could not be followed to its end."""
        if unit is not None:
            self.overflows[unit] = message

    def enqueue(self, unit: Unit) -> None:
        """Have *unit* evaluated (again)."""
        if not unit.queued:
            unit.queued = True
            self.waiting.append(unit)

    def add_unit(self, unit: Unit) -> None:
        """Take a new unit into the analysis."""
        self.units.append(unit)
        self.enqueue(unit)

    def add_class(self, cls: ClassUnit) -> None:
        """Take a new class into the analysis."""
        self.classes.append(cls)
        self.write(self.named_slot("class", cls.node.name), frozenset({cls}))
        if cls.module.is_test:
            for reader in self.named_slot("classes", "tests").readers:
                self.enqueue(reader)

    def is_new(self, key: tuple[Values, External, ast.AST]) -> bool:
        """Whether *key* was not asked about before."""
        before = len(self._seen)
        self._seen.add(key)
        return len(self._seen) > before

    def clone(self, function: FunctionUnit, site: FunctionUnit | ClassUnit) -> FunctionUnit:
        """Return the copy of *function* that serves the decoration of *site* alone."""
        clones = (function.original or function).clones
        if site not in clones:
            self.add_unit(function.copy_for(site, self.next_serial()))
        return clones[site]

    def method_of(self, function: FunctionUnit, receiver: Instance) -> FunctionUnit:
        """Return *function* as it runs on *receiver*: an instance that decorates has its own."""
        if receiver.site is None:
            return function
        clone = self.clone(function, receiver.site)
        for name in clone.positional[:1]:
            self.write(clone.slot(name), frozenset({receiver}))
        return clone

    def kind_slot(self, kind: Kind, name: str) -> Slot:
        """Return the cell of an attribute that the program sets on framework objects."""
        return self._kind_slots.setdefault((kind, name), Slot())

    def value_slot(self, value: Value, name: str) -> Slot:
        """Return the cell of an attribute set on one value alone."""
        return self._value_slots.setdefault((value, name), Slot())

    def write_shared(self, unit: Unit, name: str, values: Values) -> None:
        """Assign to a variable of *unit* from elsewhere: it reads its slot from now on."""
        if name not in unit.shared:
            unit.shared.add(name)
            self.enqueue(unit)
        self.write(unit.slot(name), values)

    def named_slot(self, group: str, name: str) -> Slot:
        """Return a cell known by name: a fixture, an injected global."""
        return self._named_slots.setdefault((group, name), Slot())

    # Values made once

    def external(self, name: str) -> External:
        """Return the external thing of this dotted name, a public alias made its public name."""
        name = aliases().get(name, name)
        value = self._externals.get(name)
        if value is None:
            meaning = framework().names.get(name)
            kind = meaning.kind if meaning else None
            value = self._externals[name] = External(self.next_serial(), name, kind)
        return value

    def external_of_kind(
        self,
        name: str,
        meaning: Meaning | None,
        member: Member | None = None,
        callee: External | None = None,
    ) -> External:
        """Return the external thing *name*, made with what is known of it the first time."""
        value = self._externals.get(name)
        if value is None:
            kind = meaning.kind if meaning and not meaning.is_iterable else None
            value = External(self.next_serial(), name, kind, member, callee)
            self._externals[name] = value
            if meaning and meaning.is_iterable:
                element = External(self.next_serial(), f"{name}[]", meaning.kind)
                value.derived["[]"] = element
        return value

    def instance(
        self,
        cls: ClassUnit,
        *,
        is_open: bool = False,
        site: FunctionUnit | ClassUnit | None = None,
    ) -> Instance:
        """Return the instance of *cls*."""
        return self.make(Instance, cls, is_open, site)

    def bound(self, function: FunctionUnit, receiver: Value) -> Bound:
        """Return *function* as a method of *receiver*."""
        return self.make(Bound, function, receiver)

    def module_ref(self, place: str) -> ModuleRef:
        """Return the module or folder at *place*."""
        return self.make(ModuleRef, place)

    def container(self, site: object, unit: Unit | None = None) -> Container:
        """Return the container made at *site* (a node, or any key) by *unit*."""
        key = (Container, site, unit)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = Container(self.next_serial(), site, Slot(), {})
        return cast("Container", made)

    def make(self, kind: Callable[..., _V], *parts: object) -> _V:
        """Return the value of this *kind* and these *parts*, made once."""
        key = (kind, *parts)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = kind(self.next_serial(), *parts)
        return cast("_V", made)

    def next_serial(self) -> int:
        """Return the number of the next unit or value."""
        return next(self._serials)
