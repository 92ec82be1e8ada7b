"""Functions that a run of the tests saw to need an await, and whose verdict does not say so."""

from collections.abc import Iterator, Mapping

from migrator.coloring.colors import Colors, State
from migrator.facts.agreement import Agreement, Decision
from migrator.index.symbols import FunctionId


def unexplained(agreement: Agreement, colors: Colors) -> Mapping[FunctionId, Decision]:
    """Return the functions of the app that neither await what they were seen to use nor say why.

    A function is explained if it becomes async, or stays Flask code for a reason; also if it is
    synchronous and calls only what stays Flask code or shows itself as synchronous, or hops to it.
    """
    return {
        decision.function: decision
        for decision in _decisions(agreement)
        if decision.function is not None and not _is_explained(colors, decision)
    }


def _decisions(agreement: Agreement) -> Iterator[Decision]:
    for decision in (*agreement.found, *agreement.missed):
        if not decision.in_test:
            yield decision


def _is_explained(colors: Colors, decision: Decision) -> bool:
    verdict = colors.verdicts.get(decision.function) if decision.function else None
    if verdict is None or not verdict.reason:
        return False
    if verdict.state is State.ASYNC:
        return True
    if isinstance(decision.used, str):
        return verdict.state is State.BRIDGED
    called = colors.verdicts.get(decision.used)
    turned = called is not None and called.state is State.ASYNC
    return not turned or decision.used in colors.as_sync or decision.node in colors.hops
