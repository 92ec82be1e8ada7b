"""Runs rules over a program: what they demand, what they edit, what they report."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.rules._on_purpose import on_purpose
from migrator.rules._rule import Rule
from migrator.rules._tests import has_companion, in_test


def demands_of(rules: Iterable[Rule], facts: Facts) -> Iterator[Demand]:
    """Yield what *rules* demand; what an earlier migration left to Flask stays there."""
    demands = (it for rule in rules if rule.demands for it in rule.demands(facts))
    yield from on_purpose(facts, demands)


def demands_in_tests(rules: Iterable[Rule], facts: Facts, colors: Colors) -> Iterator[Demand]:
    """Yield what is demanded in tests that are migrated.

    Where the app comes out as plain Quart, all rules speak of its tests, too; beside a companion,
    Flask's names stay right there.
    """
    for rule in rules:
        if rule.test_demands:
            yield from rule.test_demands(facts, colors)
    if not has_companion(facts, colors):
        for demand in colors.stated:
            if in_test(facts, demand.node):
                yield demand


def edits_of(rules: Iterable[Rule], facts: Facts, colors: Colors) -> Iterator[Edit]:
    """Yield what *rules* edit."""
    for rule in rules:
        if rule.edits:
            yield from rule.edits(facts, colors)


def findings_of(rules: Iterable[Rule], facts: Facts, colors: Colors) -> Iterator[Finding]:
    """Yield what *rules* report."""
    for rule in rules:
        if rule.findings:
            yield from rule.findings(facts, colors)


def by_path(edits: Iterable[Edit]) -> Mapping[str, list[Edit]]:
    """Group *edits* by their file."""
    found: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        found[edit.path].append(edit)
    return found
