"""What ``# migrator: keep[rule]`` comments do to demands and edits.

A demand on a kept line keeps its whole function Flask code; an edit that begins on a kept line is
not made. So a comment never leaves a function half migrated.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrator.coloring.demand import Demand, Flavor
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.index.symbols import Function
from migrator.source.span import Location, Span
from migrator.source.suppressions import Suppressions, find_suppressions

Kept = Mapping[str, Suppressions]
"""The suppressions of each file that has any, by path."""

MAKE_ASYNC = "make-async"
_WHY = "a comment says to keep it"


def kept_lines(facts: Facts) -> Kept:
    """Return what the comments of the program keep."""
    found = {it.file.path: find_suppressions(it.file) for it in facts.program.modules.values()}
    return {path: suppressions for path, suppressions in found.items() if suppressions.lines}


def hold(facts: Facts, demands: Iterable[Demand], kept: Kept) -> Iterator[Demand]:
    """Yield the demands, those on kept lines as demands for Flask."""
    for demand in demands:
        if _keeps(kept, demand.location, demand.rule):
            yield replace(demand, flavor=Flavor.NEEDS_FLASK, text=_WHY, weak=False)
        else:
            yield demand
    for function in facts.program.functions.values() if kept else ():
        place = Location(function.id.path, function.span)
        if any(_keeps(kept, outer, MAKE_ASYNC) for outer in _around(facts, function)):
            yield Demand(function.node, function.id, Flavor.NEEDS_FLASK, _WHY, MAKE_ASYNC, place)


def _around(facts: Facts, function: Function) -> Iterator[Location]:
    """Yield where the function is defined, and each function that it stands in."""
    while True:
        yield Location(function.id.path, function.span)
        if function.parent is None:
            return
        function = facts.program.functions[function.parent]


def allowed(edits: Iterable[Edit], kept: Kept) -> Iterator[Edit]:
    """Yield the edits that no comment forbids."""
    for edit in edits:
        if not _keeps(kept, Location(edit.path, edit.span), edit.rule):
            yield edit


def unknown_names(kept: Kept, rules: frozenset[str]) -> Iterator[Finding]:
    """Report each comment that names a rule that does not exist."""
    for path, suppressions in kept.items():
        for line, name in suppressions.unknown(rules):
            yield Finding(
                "keep",
                Location(path, Span(line, 0, line, 0)),
                f"`# migrator: keep[{name}]` names no rule",
                "The comment has no effect.",
                "Write the name as --list-rules shows it.",
            )


def _keeps(kept: Kept, place: Location, rule: str) -> bool:
    suppressions = kept.get(place.path)
    if suppressions is None:
        return False
    first = Span(place.span.line, 0, place.span.line, 0)
    return suppressions.keeps(rule, first)
