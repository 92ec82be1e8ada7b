"""The order in which classes are searched, and the groups of methods that override each other."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

C = TypeVar("C", bound=Hashable)
M = TypeVar("M", bound=Hashable)


def linearize(cls: C, bases_of: Callable[[C], Sequence[C]]) -> tuple[C, ...]:
    """Return *cls* and its ancestors, each after all its subclasses.

    It is Python's order wherever a program can run
    (https://docs.python.org/3/howto/mro.html); cycles, as unfinished code has, are cut.
    """
    order: list[C] = []
    seen: set[C] = set()
    stack: list[tuple[C, bool]] = [(cls, False)]
    while stack:
        current, done = stack.pop()
        if done:
            order.append(current)
        elif current not in seen:
            seen.add(current)
            stack.append((current, True))
            stack.extend((base, False) for base in bases_of(current))
    return tuple(reversed(order))


def override_groups(
    ancestors: Mapping[C, Iterable[C]], methods: Mapping[C, Mapping[str, M]]
) -> dict[M, frozenset[M]]:
    """Group the methods that a call through one class may run: same name, common descent.

    Methods that override nothing and are not overridden are left out.
    """
    groups: dict[M, set[M]] = {}
    for cls, own in methods.items():
        for name, method in own.items():
            for other in _overridden(ancestors[cls], cls, name, methods):
                _unite(groups, method, other)
    return {method: frozenset(group) for method, group in groups.items()}


def _overridden(
    ancestors: Iterable[C], cls: C, name: str, methods: Mapping[C, Mapping[str, M]]
) -> Iterator[M]:
    for ancestor in ancestors:
        if ancestor != cls and name in methods.get(ancestor, {}):
            yield methods[ancestor][name]


def _unite(groups: dict[M, set[M]], one: M, other: M) -> None:
    united = groups.get(one, {one}) | groups.get(other, {other})
    for method in united:
        groups[method] = united
