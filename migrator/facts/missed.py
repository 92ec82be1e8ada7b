"""What a run of the tests saw and the inference missed goes into the facts, and on from there."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from migrator.facts.agreement import Agreement, Decision
from migrator.facts.catalog.awaitable import as_member, awaitable_members
from migrator.facts.evidence import Hint
from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId


def hints_of(agreement: Agreement) -> Mapping[ast.AST, Hint]:
    """Return the hint for each expression whose kind was missed."""
    hints: dict[ast.AST, Hint] = {}
    for missed in agreement.missed:
        alone = missed.place in agreement.sure
        match missed:
            case Decision(used=str(name), node=ast.Call() as node):
                hints[node.func] = Hint(name, alone)
            case Decision(used=str(name), node=ast.Attribute() as node):
                hints[node.value] = Hint(_class_with(name), alone)
            case _:
                pass
    return hints


def _class_with(member: str) -> str:
    return next(
        cls
        for cls, names in awaitable_members().items()
        if any(str(as_member(cls, name)) == member for name in names)
    )


def with_seen_calls(facts: Facts, agreement: Agreement) -> Facts:
    """Return *facts* with the calls of the project's functions that the inference missed.

    Other runs may call something else there, so such a call is not known to run nothing else.
    """
    seen: dict[ast.expr, CallSite] = {}
    known = {site.node: site for site in facts.calls if site.form == "call"}
    for missed in agreement.missed:
        if isinstance(missed.used, FunctionId) and missed.node is not None:
            site = seen.get(missed.node) or known.get(missed.node) or _site(facts, missed)
            targets = tuple(sorted({*site.targets, missed.used}))
            seen[missed.node] = replace(site, targets=targets)
    return _with(facts, seen.values()) if seen else facts


def _site(facts: Facts, missed: Decision) -> CallSite:
    node = missed.node
    assert isinstance(node, ast.Call)  # noqa: S101  a function was called there
    file = facts.program.modules[facts.program.module_of[node]].file
    return CallSite(node, missed.function, (), True, "call", file.location(node))


def _with(facts: Facts, sites: Iterable[CallSite]) -> Facts:
    new = {site.node: site for site in sites}
    others = (it for it in facts.calls if it.form != "call" or it.node not in new)
    calls = sorted([*others, *new.values()], key=lambda site: (site.location, site.form))
    callers: dict[FunctionId, tuple[CallSite, ...]] = {}
    for site in calls:
        for target in site.targets:
            callers[target] = (*callers.get(target, ()), site)
    return replace(facts, calls=tuple(calls), callers=callers)
