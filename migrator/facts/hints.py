"""What an expression may hold where a run of the tests saw more than the inference."""

from migrator.facts.catalog.awaitable import awaitable_functions
from migrator.facts.evidence import Hint
from migrator.facts.externals import made
from migrator.facts.machine import Machine
from migrator.facts.values import External, Value, Values


def hinted(machine: Machine, values: Values, hint: Hint) -> Values:
    """Return what an expression holds that was thought to hold *values*.

    Foreign objects of which nothing is known are what the hint says; what the project makes itself
    may be there as well.
    """
    seen = _seen(machine, hint)
    kept = {value for value in values if not _is_unknown(value)}
    return seen | kept if hint.alone else seen | kept | {machine.anything}


def _seen(machine: Machine, hint: Hint) -> Values:
    if hint.name in awaitable_functions():
        return frozenset({machine.external(hint.name)})
    return made(machine, hint.name)


def _is_unknown(value: Value) -> bool:
    return isinstance(value, External) and value.kind is None
