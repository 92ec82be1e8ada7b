"""What is evaluated as one piece: modules, functions in a context, and classes.

A function or class is also the value that its definition makes. A function that is used as a
decorator is cloned for each use, so that its wrapper calls what *this* use decorates.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import ClassVar

from migrator.facts.slots import Slot
from migrator.facts.values import External, Values
from migrator.index.hierarchy import linearize
from migrator.index.scopes import Scope
from migrator.index.symbols import Class, Function, FunctionId, Module

Record = dict[ast.AST, Values]
Decorated = tuple["FunctionUnit | ClassUnit", Values, Values]
"""What a decorator stands on, what the decorator holds, and what comes of it."""


class Unit:
    """A module, or the base of a function: names, slots, and what its expressions held."""

    is_function: ClassVar[bool] = True

    __slots__ = (
        "children", "decorated", "module", "parent", "queued", "record", "scope", "serial",
        "shared", "slots",
    )  # fmt: skip

    def __init__(self, serial: int, module: Module, scope: Scope, parent: Unit | None) -> None:
        """Take the unit around it as *parent*; a module has none."""
        self.serial = serial
        self.module = module
        self.scope = scope
        self.parent = parent
        self.slots: dict[str, Slot] = {}
        self.shared: set[str] = set()
        self.children: dict[ast.AST, FunctionUnit | ClassUnit] = {}
        self.record: Record = {}
        self.decorated: dict[ast.expr, Decorated] = {}
        self.queued = False

    def __hash__(self) -> int:
        """Hash by the order of making: by address it would differ from run to run."""
        return self.serial

    @property
    def site(self) -> FunctionUnit | ClassUnit | None:
        """What is decorated by the clone that this unit is or stands in."""
        return None

    def slot(self, name: str) -> Slot:
        """Return the cell of the variable *name*."""
        slot = self.slots.get(name)
        if slot is None:
            slot = self.slots[name] = Slot()
        return slot


class ModuleUnit(Unit):
    """A module of the program."""

    __slots__ = ()


class FunctionUnit(Unit):
    """A function in one context.

    ``owner`` is the class whose method it is; ``clones`` are its copies by what they decorate.
    ``outer`` is the unit around the definition; ``defaults`` what parameters hold without a
    caller: their defaults and annotations.
    """

    __slots__ = (
        "_site", "clones", "defaults", "function", "is_manager", "keyword_only", "kwarg", "named",
        "original", "owner", "positional", "returns", "vararg", "yields",
    )  # fmt: skip

    def __init__(
        self,
        serial: int,
        function: Function,
        scope: Scope,
        parent: Unit,
        owner: ClassUnit | None,
    ) -> None:
        """Stand for *function*, defined in *parent*."""
        super().__init__(serial, parent.module, scope, parent)
        self.function = function
        self.owner = owner
        self.clones: dict[FunctionUnit | ClassUnit, FunctionUnit] = {}
        self.original: FunctionUnit | None = None
        self._site: FunctionUnit | ClassUnit | None = None
        self.defaults: dict[str, Values] = {}
        self.returns = Slot()
        self.yields = Slot()
        self.is_manager = False
        arguments = function.node.args
        names = tuple(argument.arg for argument in arguments.args)
        self.positional = tuple(argument.arg for argument in arguments.posonlyargs) + names
        self.keyword_only = tuple(argument.arg for argument in arguments.kwonlyargs)
        self.named = frozenset(names + self.keyword_only)
        self.vararg = arguments.vararg.arg if arguments.vararg else None
        self.kwarg = arguments.kwarg.arg if arguments.kwarg else None

    @property
    def id(self) -> FunctionId:
        """The name of the function."""
        return self.function.id

    @property
    def site(self) -> FunctionUnit | ClassUnit | None:
        """What is decorated by the clone that this function is or stands in."""
        if self._site is not None:
            return self._site
        return self.parent.site if self.parent is not None else None

    def copy_for(self, site: FunctionUnit | ClassUnit, serial: int) -> FunctionUnit:
        """Return a new copy of this function, which serves *site* alone."""
        copy = FunctionUnit(serial, self.function, self.scope, self.around, self.owner)
        copy.original = self.original or self
        copy._site = site
        copy.defaults = self.defaults
        copy.is_manager = self.is_manager
        copy.original.clones[site] = copy
        return copy

    @property
    def around(self) -> Unit:
        """The unit that this function is defined in."""
        if self.parent is None:
            raise TypeError(self)
        return self.parent

    def __repr__(self) -> str:
        """Name it, for debugging."""
        return f"FunctionUnit({self.function.id})"


@dataclass(frozen=True, slots=True)
class Visible:
    """What is seen of an attribute through a class, its ancestors included.

    ``held`` is what instances have themselves, ``inherited`` what the first class that has it
    gives, ``below`` what subclasses add.
    """

    held: Slot
    inherited: Slot
    below: Slot


class ClassUnit:
    """A class in one context.

    ``attributes`` are those that the class itself has, ``instance`` those that are set on its
    instances, ``visible`` what was asked for through it. ``base_values`` are the values of the
    bases, in order; ``bases`` holds them all, for those who wait for them.
    """

    is_function: ClassVar[bool] = False

    __slots__ = (
        "_foreign", "_lineage", "attributes", "base_values", "bases", "cls", "instance", "module",
        "serial", "subclasses", "unit", "visible",
    )  # fmt: skip

    def __init__(self, serial: int, cls: Class, module: Module, unit: Unit) -> None:
        """Stand for *cls*, defined in *unit*."""
        self.serial = serial
        self.cls = cls
        self.module = module
        self.unit = unit
        self.attributes: dict[str, Slot] = {}
        self.instance: dict[str, Slot] = {}
        self.visible: dict[str, Visible] = {}
        self.base_values: tuple[Values, ...] = ()
        self.bases = Slot()
        self.subclasses: list[ClassUnit] = []
        self._lineage: tuple[ClassUnit, ...] | None = None
        self._foreign: tuple[External, ...] | None = None

    @property
    def lineage(self) -> tuple[ClassUnit, ...]:
        """The class and its ancestors in the program, in the order in which Python searches."""
        if self._lineage is None:
            self._lineage = linearize(self, ClassUnit.project_bases)
        return self._lineage

    @property
    def foreign(self) -> tuple[External, ...]:
        """The bases outside the program, of the class and of its ancestors."""
        if self._foreign is None:
            self._foreign = tuple(
                base
                for ancestor in self.lineage
                for values in ancestor.base_values
                for base in values
                if isinstance(base, External)
            )
        return self._foreign

    def forget_lineage(self) -> None:
        """Ask anew for the ancestors: the bases of one of them changed."""
        self._lineage = self._foreign = None

    def project_bases(self) -> tuple[ClassUnit, ...]:
        """Return the direct bases in the program."""
        return tuple(b for values in self.base_values for b in values if isinstance(b, ClassUnit))

    def __hash__(self) -> int:
        """Hash by the order of making: by address it would differ from run to run."""
        return self.serial

    @property
    def node(self) -> ast.ClassDef:
        """The class statement."""
        return self.cls.node

    def __repr__(self) -> str:
        """Name it, for debugging."""
        return f"ClassUnit({self.cls.id})"
