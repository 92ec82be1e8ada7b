"""What a round of coloring works on, and what it comes to."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrator.coloring import awaits
from migrator.coloring.colors import AwaitSite
from migrator.coloring.needs import Needs
from migrator.coloring.offloads import Plan
from migrator.coloring.partition import Ground, Partition
from migrator.index.symbols import FunctionId


@dataclass(frozen=True, slots=True)
class Task:
    """What the solver was given, sorted once."""

    ground: Ground
    needs: Needs
    pending: Mapping[FunctionId, tuple[ast.expr, ...]]
    raising: frozenset[ast.AST]


@dataclass(frozen=True, slots=True)
class Round:
    """One division of the functions, and which of them run Flask code under it."""

    partition: Partition
    side: frozenset[FunctionId]
    awaitable: frozenset[FunctionId]


@dataclass(frozen=True, slots=True)
class Solution:
    """The last round: every async function has a plan for what waits in it."""

    round: Round
    plans: Mapping[FunctionId, Plan]


def await_sites(task: Task, now: Round, name: FunctionId, *, weak: bool) -> Iterator[AwaitSite]:
    """Yield the places in the function that are awaited in this round."""
    demands = task.needs.demands.get(name, ())
    yield from awaits.of_demands(demand for demand in demands if weak or not demand.weak)
    yield from awaits.of_calls(task.ground, name, now.awaitable)
