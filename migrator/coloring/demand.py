"""What a rule states before the fixpoint: the value of an expression must be awaited."""

import ast
from dataclasses import dataclass
from enum import StrEnum

from migrator.index.symbols import FunctionId
from migrator.source.span import Location


class Flavor(StrEnum):
    """How Quart wants the value: each needs a form of its own in the source."""

    AWAIT = "awaitable"
    ASYNC_WITH = "async context manager"
    ASYNC_FOR = "async iterable"


@dataclass(frozen=True, slots=True)
class Demand:
    """The value of ``node`` is awaitable in Quart, because of ``text``.

    A ``weak`` demand (``flash``, which awaits only a signal) is met where the function is async
    for another reason, and alone makes nothing async. ``rule`` is the name of the rule.
    """

    node: ast.AST
    function: FunctionId | None
    flavor: Flavor
    text: str
    rule: str
    location: Location
    weak: bool = False
