"""Functions that are given to a builtin, which calls them: ``sorted(books, key=late)``."""

import ast
from collections.abc import Callable, Iterable, Mapping

from migrator.facts.machine import Machine
from migrator.facts.registrations import hand_over
from migrator.facts.values import Arguments, ContainerMethod, External, Values

_SORTED = "builtins.sorted"
_AT_ONCE = frozenset(
    {_SORTED, "builtins.max", "builtins.min", "functools.reduce", "re.sub", "re.subn"}
)
_WHEN_READ = frozenset({
    "builtins.filter", "builtins.map", "itertools.dropwhile", "itertools.filterfalse",
    "itertools.groupby", "itertools.starmap", "itertools.takewhile",
})  # fmt: skip


def note_callbacks(machine: Machine, arguments: Arguments) -> None:
    """Note that a builtin calls the functions among *arguments*, and will not await them."""
    passed = arguments.all()
    if passed and arguments.node is not None:
        hand_over(machine, passed, machine.external(_SORTED), arguments.node)


def sort(
    machine: Machine,
    elements: Values,
    arguments: Arguments,
    call: Callable[[Machine, Values, Arguments], Values],
) -> None:
    """Let *elements* reach the ``key`` of a sort that got *arguments*."""
    note_callbacks(machine, arguments)
    call(machine, arguments.keywords.get("key", frozenset()), Arguments((elements,)))


def is_sort(called: ast.expr) -> bool:
    """Whether the method *called* has the name of ``list.sort``."""
    return isinstance(called, ast.Attribute) and called.attr == "sort"


def callback_form(call: ast.Call, record: Mapping[ast.AST, Values]) -> str | None:
    """Tell when *call* runs functions that it gets: as a ``callback``, or as they ``iterate``.

    ``None`` where it is not known to run them.
    """
    callees = record.get(call.func, frozenset())
    if _are(callees, _WHEN_READ):
        return "iterate"
    sorts = is_sort(call.func) and all(isinstance(it, External | ContainerMethod) for it in callees)
    return "callback" if sorts or _are(callees, _AT_ONCE) else None


def _are(callees: Iterable[object], names: frozenset[str]) -> bool:
    return any(isinstance(callee, External) and callee.name in names for callee in callees)
