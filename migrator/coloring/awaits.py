"""The places to await once it is known which functions are async."""

import ast
from collections.abc import Iterable, Iterator, Mapping

from migrator.coloring.colors import AwaitSite
from migrator.coloring.demand import NOT_AWAITED, Demand, Flavor
from migrator.coloring.partition import Ground
from migrator.coloring.wrappers import is_wrapper_site
from migrator.facts.model import CallSite
from migrator.index.symbols import FunctionId

_FLAVORS: Mapping[str, Flavor] = {
    "call": Flavor.AWAIT,
    "with": Flavor.ASYNC_WITH,
    "iterate": Flavor.ASYNC_FOR,
}


_NO_PLACES = NOT_AWAITED | {Flavor.STREAM}


def of_demands(demands: Iterable[Demand]) -> Iterator[AwaitSite]:
    """Yield the places of *demands*, all of which stand in async functions."""
    for demand in demands:
        if demand.function is not None and demand.flavor not in _NO_PLACES:
            yield AwaitSite(
                demand.node, demand.function, demand.flavor, demand.text, demand.location
            )


def of_calls(
    ground: Ground, name: FunctionId, awaitable: frozenset[FunctionId]
) -> Iterator[AwaitSite]:
    """Yield the calls in *name* of functions that became async and are called as such."""
    for site in ground.sites.get(name, ()):
        target = _awaited_target(ground, site, awaitable)
        if target is not None and not is_awaited_already(ground, site):
            flavor = _FLAVORS.get(site.form, Flavor.AWAIT)
            yield AwaitSite(site.node, name, flavor, f"`{target.name}` is async", site.location)


def mixed_calls(
    ground: Ground, wrappers: Iterable[FunctionId], awaitable: frozenset[FunctionId]
) -> Iterator[ast.AST]:
    """Yield the calls of async wrappers to what may be synchronous."""
    for name in wrappers:
        for site in ground.wrappers[name].sites:
            if site.external or not awaitable.issuperset(site.targets):
                yield site.node


def _awaited_target(
    ground: Ground, site: CallSite, awaitable: frozenset[FunctionId]
) -> FunctionId | None:
    if is_wrapper_site(ground.wrappers, site):
        return site.targets[0] if site.targets else None
    return next((target for target in site.targets if target in awaitable), None)


def is_awaited_already(ground: Ground, site: CallSite) -> bool:
    """Whether the source awaits the call."""
    return isinstance(ground.facts.program.parent.get(site.node), ast.Await)
