"""What a rule is: a module with a docstring page and up to three functions.

A rule module defines any of::

    def demands(facts: Facts) -> Iterable[Demand]: ...
    def edits(facts: Facts, colors: Colors) -> Iterable[Edit]: ...
    def findings(facts: Facts, colors: Colors) -> Iterable[Finding]: ...
    def test_demands(facts: Facts, colors: Colors) -> Iterable[Demand]: ...

Its name is the module's name with hyphens. ``demands`` runs before the fixpoint, the others
after it; a rule never decides asyncness. A rule with ``NATIVE = "NAME=LIBRARY"`` runs only where
the user asks for that replacement. One with ``TESTS = True`` runs only where the tests are
migrated; ``test_demands`` says what it demands in them, once the app is colored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from migrator.coloring.colors import Colors
from migrator.coloring.demand import Demand
from migrator.edits.edit import Edit
from migrator.facts.model import Facts
from migrator.findings import Finding


def rule_name(module: str) -> str:
    """Return the name of the rule in *module*: its last part, with hyphens."""
    return module.rpartition(".")[2].replace("_", "-")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the pipeline sees it."""

    name: str
    title: str
    page: str
    native: str | None = None
    tests: bool = False
    demands: Callable[[Facts], Iterable[Demand]] | None = None
    edits: Callable[[Facts, Colors], Iterable[Edit]] | None = None
    findings: Callable[[Facts, Colors], Iterable[Finding]] | None = None
    test_demands: Callable[[Facts, Colors], Iterable[Demand]] | None = None
