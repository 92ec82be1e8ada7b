"""How rules turn the answers of coloring into edits."""

from collections.abc import Iterator

from migrator.coloring.colors import AwaitSite, Colors, State
from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import Await, Edit, MakeAsync
from migrator.index.symbols import FunctionId


def await_met(colors: Colors, rule: str) -> Iterator[Edit]:
    """Await each demand of *rule* that coloring met."""
    yield from (awaiting(demand, rule) for demand in met_in_place(colors, rule))


def met_in_place(colors: Colors, rule: str) -> Iterator[Demand]:
    """Yield the demands of *rule* that are awaited where they stand."""
    elsewhere = colors.elsewhere
    for demand in colors.met:
        if demand.rule == rule and demand.node not in elsewhere:
            yield demand


def awaiting(site: AwaitSite | Demand, rule: str) -> Edit:
    """Return the edit that awaits *site* in the form that its flavor asks for."""
    operation = Await() if site.flavor is Flavor.AWAIT else MakeAsync()
    return Edit(site.location.path, site.location.span, operation, rule)


def state_of(colors: Colors, function: FunctionId | None) -> State:
    """Return the state of *function*; module level is sync code."""
    if function is None or function not in colors.verdicts:
        return State.SYNC
    return colors.verdicts[function].state
