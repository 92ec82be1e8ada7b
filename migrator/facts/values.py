"""What an expression may hold, as the inference sees it.

Values are compared by identity: the :class:`migrator.facts.machine.Machine` makes each once, and
numbers them, so that sets of them are walked in the same order in every run. Numbers, strings and
``None`` are no values: they decide nothing about a migration.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from migrator.facts.kinds import Kind, Member
from migrator.facts.slots import Slot

if TYPE_CHECKING:
    from migrator.facts.units import ClassUnit, FunctionUnit


@dataclass(frozen=True, slots=True, eq=False)
class _Numbered:
    serial: int

    def __hash__(self) -> int:
        """Hash by the order of making: by address it would differ from run to run."""
        return self.serial


@dataclass(frozen=True, slots=True, eq=False)
class External(_Numbered):
    """Something outside the program, by its dotted name.

    ``kind`` says what it is to the framework, ``member`` which member of a framework object it is
    (or returned it). ``callee`` is what was called, if this is the result of a call. ``derived``
    remembers what was made from it, by ``.name``, ``()`` or ``[]``.
    """

    is_function: ClassVar[bool] = False

    name: str
    kind: Kind | None = None
    member: Member | None = None
    callee: External | None = None
    derived: dict[str, External | None] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Name it, for debugging."""
        return f"External({self.name!r}, {self.kind})"


@dataclass(frozen=True, slots=True, eq=False)
class ModuleRef(_Numbered):
    """A module, package or folder of the program, by its place."""

    is_function: ClassVar[bool] = False

    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Instance(_Numbered):
    """An instance of a class of the program.

    An ``open`` one is ``self`` in a method: it may be an instance of a subclass. ``site`` is the
    function that it decorates, if it was made by a decorator.
    """

    is_function: ClassVar[bool] = False

    cls: ClassUnit
    is_open: bool = False
    site: FunctionUnit | ClassUnit | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Bound(_Numbered):
    """A function that gets ``receiver`` as its first argument: a bound method."""

    is_function: ClassVar[bool] = True

    function: FunctionUnit
    receiver: Value


@dataclass(frozen=True, slots=True, eq=False)
class Partial(_Numbered):
    """``functools.partial``: ``target`` with its first ``skip`` arguments given."""

    is_function: ClassVar[bool] = True

    target: Value
    skip: int


@dataclass(frozen=True, slots=True, eq=False)
class Container(_Numbered):
    """A list, tuple, set, dictionary or generator expression, named by where it is made.

    ``items`` are what stands at known indexes and keys, ``elements`` what stands anywhere.
    """

    is_function: ClassVar[bool] = False

    site: object
    elements: Slot
    items: dict[int | str, Slot]

    def slots(self) -> list[Slot]:
        """Return all cells."""
        return [self.elements, *self.items.values()]

    def item(self, key: int | str) -> Slot:
        """Return the cell of what stands at *key*."""
        slot = self.items.get(key)
        if slot is None:
            slot = self.items[key] = Slot()
            # Whoever has read all that is there read `elements`, and reads the new cell again.
            slot.readers.update(self.elements.readers)
        return slot


@dataclass(frozen=True, slots=True, eq=False)
class ContainerMethod(_Numbered):
    """A method of a container, as ``append``."""

    is_function: ClassVar[bool] = False

    container: Container
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class GeneratorObject(_Numbered):
    """What the call of a generator function returns."""

    is_function: ClassVar[bool] = False

    function: FunctionUnit


@dataclass(frozen=True, slots=True, eq=False)
class ManagerObject(_Numbered):
    """What the call of a function under ``@contextlib.contextmanager`` returns."""

    is_function: ClassVar[bool] = False

    function: FunctionUnit


@dataclass(frozen=True, slots=True, eq=False)
class Property(_Numbered):
    """A property of a class, by its getter."""

    is_function: ClassVar[bool] = False

    getter: FunctionUnit


@dataclass(frozen=True, slots=True, eq=False)
class Unbinding(_Numbered):
    """A static or class method: what ``staticmethod`` and ``classmethod`` return."""

    is_function: ClassVar[bool] = False

    function: FunctionUnit
    takes_class: bool


@dataclass(frozen=True, slots=True, eq=False)
class SuperRef(_Numbered):
    """``super()`` in a method of ``cls``."""

    is_function: ClassVar[bool] = False

    cls: ClassUnit
    receiver: Value


@dataclass(frozen=True, slots=True, eq=False)
class Proxy(_Numbered):
    """``werkzeug.local.LocalProxy(loader)``: each access calls ``loader``."""

    is_function: ClassVar[bool] = False

    loader: Value


@dataclass(frozen=True, slots=True, eq=False)
class Loader(_Numbered):
    """A query of the model ``cls``, or the attribute ``name`` of one; ``()`` is a result."""

    is_function: ClassVar[bool] = False

    cls: ClassUnit
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Maker(_Numbered):
    """A decorator made by the library ``decorator`` from a function that calls the decorated."""

    is_function: ClassVar[bool] = False

    caller: FunctionUnit


@dataclass(frozen=True, slots=True, eq=False)
class FixtureRequest(_Numbered):
    """pytest's ``request`` in a fixture."""

    is_function: ClassVar[bool] = False

    fixture: FunctionUnit


# In quotes, because functions and classes know values and values know them.
_Definition: TypeAlias = "FunctionUnit | ClassUnit | ModuleRef"
_Callable: TypeAlias = "Bound | Partial | Unbinding | ContainerMethod | Maker"
_Object: TypeAlias = "External | Instance | Container | GeneratorObject | ManagerObject | Loader"
_Special: TypeAlias = "Property | SuperRef | Proxy | FixtureRequest"
Value: TypeAlias = "_Definition | _Callable | _Object | _Special"
Values: TypeAlias = "frozenset[Value]"

NOTHING: Values = frozenset()
"""No value that matters: unknown, or a plain string, number or ``None``."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values of a call's arguments; ``rest`` are the elements of starred ones."""

    positional: tuple[Values, ...] = ()
    keywords: Mapping[str, Values] = field(default_factory=dict)
    rest: Values = NOTHING
    node: ast.Call | None = None

    def all(self) -> Values:
        """Return every value passed, whatever its position."""
        if not self.positional and not self.keywords:
            return self.rest
        return self.rest.union(*self.positional, *self.keywords.values())

    def has_functions(self) -> bool:
        """Whether a function is among the arguments: then the call may make a decorator's use."""
        return any(value.is_function for value in self.all())

    def at(self, index: int, name: str) -> Values:
        """Return what is passed for the parameter *name* at *index*."""
        if index < len(self.positional):
            return self.positional[index]
        return self.keywords.get(name, self.rest)

    def literal(self, index: int) -> int | str | None:
        """Return the number or string that stands literally at *index*, if one does."""
        if self.node is None or index >= len(self.node.args):
            return None
        argument = self.node.args[index]
        value = argument.value if isinstance(argument, ast.Constant) else None
        return value if isinstance(value, int | str) else None

    def telling(self) -> Arguments:
        """Return the arguments with framework objects only."""
        return Arguments(
            tuple(_framework_objects(values) for values in self.positional),
            {name: _framework_objects(values) for name, values in self.keywords.items()},
            _framework_objects(self.rest),
            self.node,
        )

    def shifted(self, count: int) -> Arguments:
        """Return the arguments without the first *count* positional ones."""
        return Arguments(self.positional[count:], self.keywords, self.rest, self.node)


def _framework_objects(values: Values) -> Values:
    return frozenset(v for v in values if isinstance(v, External) and v.kind is not None)


def join(left: Values, right: Values) -> Values:
    """Union that avoids copies where one side adds nothing."""
    if not right or left is right:
        return left
    return left | right if left else right
