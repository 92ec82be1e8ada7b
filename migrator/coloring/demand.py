"""What a rule states before the fixpoint: the value of an expression must be awaited."""

import ast
from dataclasses import dataclass
from enum import StrEnum

from migrator.index.symbols import FunctionId
from migrator.source.span import Location


class Flavor(StrEnum):
    """How Quart wants the value: each needs a form of its own in the source.

    ``NEEDS_FLASK`` is not a form to await: Quart has no counterpart at all (``request.environ``,
    ``Response.call_on_close``, ``get_template_attribute``), sync or async. The function whose
    body holds the expression is **bridged** under every strategy, whatever else it needs; what
    it calls follows as below any bridged function, and an async caller offloads it whole. Such
    a demand is never an await site. At module level (``function`` is ``None``) it colors
    nothing: the rule that states it reports it.

    ``STREAM`` is stated of a generator function (``node`` is its definition), all of whose uses are
    known: it may be an async generator, and should be, unless the demand is weak. It belongs to a
    wish: where the wish is refused, the generator stays as it is.

    ``IN_LANE`` is no need either: here the expression needs Flask's own name, but nothing around
    it does. Where the function becomes async for another reason, the expression goes to the lane
    as it is; where it does not, the function is Flask code.

    ``REPLACED`` is no need either: the rule puts something of Quart's in the place of the
    expression. A decorator that is replaced hides its function no more, and what is replaced needs
    no companion. Such a demand belongs to a wish.
    """

    AWAIT = "awaitable"
    ASYNC_WITH = "async context manager"
    ASYNC_FOR = "async iterable"
    NEEDS_FLASK = "missing in Quart"
    STREAM = "async generator"
    IN_LANE = "of Flask, in the lane"
    REPLACED = "replaced by what Quart has"


NOT_AWAITED = frozenset({Flavor.NEEDS_FLASK, Flavor.IN_LANE, Flavor.REPLACED})
"""Flavors of demands that make nothing async and are no places to await."""


class Early(StrEnum):
    """Whether the value may be awaited before the code that reads it, and be kept until then.

    The body of a request may: it is read once and stays. ``IF_REACHED`` says that reading it may
    raise (it is no JSON), so only where the code is reached in any case.
    """

    NO = "no"
    IF_REACHED = "if it is reached"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Demand:
    """The value of ``node`` is awaitable in Quart, because of ``text``.

    A ``weak`` demand (``flash``, which awaits only a signal) is met where the function is async
    for another reason, and alone makes nothing async. ``rule`` is the name of the rule.

    Demands that name the same ``wish`` are met together or not at all, and nothing becomes Flask
    code for them: what the user asked for, not what Quart asks for
    (:mod:`migrator.coloring.wishes`). A demand that names one in ``unless`` holds only where that
    wish is refused.

    ``also_flask`` says that Flask's own name serves, without an await, where the code around it
    goes to the lane in one piece. ``companion`` says that the rule meets it by something of
    ``compat_shims``, which needs the companion. ``unit`` is what goes to the lane with ``node`` in
    it, where that is more.
    """

    node: ast.AST
    function: FunctionId | None
    flavor: Flavor
    text: str
    rule: str
    location: Location
    weak: bool = False
    wish: str = ""
    unless: str = ""
    early: Early = Early.NO
    also_flask: bool = False
    companion: bool = False
    unit: ast.expr | None = None

    @property
    def hops(self) -> bool:
        """Whether the lane may call what is demanded by a hop: Flask's own name does not serve."""
        is_call = isinstance(self.node, ast.Call) and self.flavor is Flavor.AWAIT
        return is_call and not (self.also_flask or self.weak or self.wish)

    @property
    def in_lane(self) -> ast.expr | None:
        """The expression that goes to the lane, if the demand asks for that."""
        whole = self.unit or self.node
        return whole if self.flavor is Flavor.IN_LANE and isinstance(whole, ast.expr) else None
