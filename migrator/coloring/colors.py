"""The result of coloring: the state of each function, what to await, what to offload."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from migrator.coloring.demand import Demand, Flavor
from migrator.facts.model import BlockingPlace
from migrator.index.symbols import FunctionId
from migrator.source.span import Location


class State(StrEnum):
    """What becomes of a function (see docs/explanation/how-coloring-works.md)."""

    ASYNC = "async"
    SYNC = "sync"
    BRIDGED = "bridged"
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a reason chain."""

    location: Location
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of one function, the chain of reasons for it, and its barrier if it has one."""

    function: FunctionId
    state: State
    reason: tuple[Link, ...]
    needs_await: bool
    barrier: str | None = None


@dataclass(frozen=True, slots=True)
class AwaitSite:
    """A place to await: of a demand, or of a call of a function that became async."""

    node: ast.AST
    function: FunctionId
    flavor: Flavor
    text: str
    location: Location


class OffloadForm(StrEnum):
    """How blocking code of an async function is written down (facts: rendering policy)."""

    CALL = "call"
    LAMBDA = "lambda"
    BLOCK = "block"
    ENTER = "enter"
    ITERATE = "iterate"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Hoist:
    """What is awaited before a block: ``name = await code``; the ``nodes`` then read the name."""

    name: str
    code: str
    nodes: tuple[ast.expr, ...]


@dataclass(frozen=True, slots=True)
class Offload:
    """Blocking code of an async function that moves to the request's lane.

    For ``CALL`` and ``LAMBDA`` there is one node, an expression; for ``ENTER`` it is what a
    ``with`` enters that stays open around code that awaits, for ``ITERATE`` what a loop of a
    generator runs over, which waits for each item, for ``LIST`` a generator expression that waits
    for each item, to be read at once. For ``BLOCK`` the nodes are
    neighbouring statements that become one nested function called ``name``; ``results`` are the
    local names that the code after it reads; ``returns`` says that the block ends in ``return``,
    ``nonlocals`` that it rebinds names of the function around it. ``hoisted`` is awaited right
    before it, ``last`` are the calls of async functions that it returns without an await: the
    coroutines are awaited after it.
    """

    form: OffloadForm
    nodes: tuple[ast.AST, ...]
    function: FunctionId
    location: Location
    what: str
    name: str = ""
    results: tuple[str, ...] = ()
    returns: bool = False
    nonlocals: tuple[str, ...] = ()
    hoisted: tuple[Hoist, ...] = ()
    last: tuple[ast.expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A demand of a wish that cannot be met, what stands in its way, and its barrier if any."""

    demand: Demand
    reason: Link
    barrier: str | None = None


@dataclass(frozen=True, slots=True)
class Colors:
    """The answer of the coloring layer for a whole program.

    ``as_sync`` are async functions that keep a sync decorator or caller above them (they get
    ``@as_sync`` innermost); ``needs_companion`` are the reasons why the migrated app needs the
    companion Flask app, empty for an app that comes out as plain Quart.

    ``met`` are the demands that end in an await, in place or elsewhere; a weak one
    inside an offloaded block is not among them: there the name stays Flask's (``flask.flash``).
    ``module_demands`` stand outside functions, where nothing can be awaited. ``mixed_calls`` are
    the calls in ``async_wrappers`` that run async and sync functions
    (``await current_app.ensure_async(view)(…)``).
    ``left_blocking`` are the places that still block the loop, under the strategy *async* only.
    ``stated`` are all demands, met or not, as they were given to the solver, without those of
    refused wishes; ``hops`` the calls of async functions inside code that goes to the lane;
    ``refused`` are the demands for which a wish was refused, ``replaced`` the
    expressions in whose place something of Quart's goes.

    ``migrated_tests`` are the names of the test modules that are migrated, if that is asked for;
    ``kept_tests`` those that stay as they are all the same, and why.
    """

    verdicts: Mapping[FunctionId, Verdict]
    awaits: tuple[AwaitSite, ...]
    met: tuple[Demand, ...]
    offloads: tuple[Offload, ...]
    as_sync: frozenset[FunctionId]
    async_wrappers: frozenset[FunctionId]
    needs_companion: tuple[Link, ...]
    module_demands: tuple[Demand, ...] = ()
    mixed_calls: frozenset[ast.AST] = frozenset()
    left_blocking: tuple[BlockingPlace, ...] = ()
    stated: tuple[Demand, ...] = ()
    refused: tuple[Refusal, ...] = ()
    replaced: frozenset[ast.AST] = frozenset()
    migrated_tests: frozenset[str] = frozenset()
    kept_tests: Mapping[str, Link] = field(default_factory=dict)
    hops: frozenset[ast.AST] = frozenset()

    @property
    def elsewhere(self) -> frozenset[ast.AST]:
        """The calls that are awaited elsewhere: by a hop, or after the block that returns them."""
        return self.hops.union(*(offload.last for offload in self.offloads))
