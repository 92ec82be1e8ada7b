"""Which functions of the tests become async, where the tests are migrated along with the app.

The app is colored first, by itself. What the rules demand in tests then spreads upwards through the
tests, as in the app, but nothing is bridged or offloaded there: a test module either is migrated or
stays as it is, with all that hangs together with it. A test that is half migrated would be broken.
"""

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from migrator.coloring.colors import AwaitSite, Colors, Link, State, Verdict
from migrator.coloring.demand import Demand, Flavor
from migrator.coloring.tests_barriers import barrier, case_classes, is_in_test_case, runs_commands
from migrator.coloring.tests_fixtures import Fixture, fixtures_of, fixtures_taken
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId
from migrator.source.span import Location

_FLAVORS = {"with": Flavor.ASYNC_WITH, "iterate": Flavor.ASYNC_FOR}

Needing = Mapping[FunctionId, tuple[Link, ...]]
"""The functions of the tests that need an await, each with its chain of reasons."""

Kept = Mapping[str, Link]
"""The test modules that stay as they are, and why."""


@dataclass(frozen=True, slots=True)
class _Tests:
    """The tests of a program, and what is demanded in them."""

    facts: Facts
    fixtures: Mapping[FunctionId, Fixture]
    demands: tuple[Demand, ...]
    has_companion: bool

    def module(self, name: FunctionId) -> str:
        return self.facts.program.functions[name].module

    def holds(self, name: FunctionId | None) -> bool:
        return name is not None and self.facts.program.modules[self.module(name)].is_test


def color_tests(
    facts: Facts, colors: Colors, demands: Iterable[Demand], *, has_companion: bool
) -> Colors:
    """Return *colors* with what becomes of the tests, for the *demands* that rules make there."""
    tests = _Tests(facts, fixtures_of(facts), tuple(demands), has_companion)
    sending = _spread(tests, _demanding(tests))
    makers = _makers(tests)
    needing = {**_spread(tests, {name: makers[name] for name in _of_unittest(tests)}), **sending}
    kept = _kept(tests, needing, sending)
    if kept:
        needing = {**_spread(tests, makers), **sending}
        kept = _kept(tests, needing, sending)
    return _with_tests(tests, colors, needing, kept)


def _demanding(tests: _Tests) -> dict[FunctionId, Link]:
    demands = reversed(tests.demands)
    return {it.function: Link(it.location, it.text) for it in demands if it.function is not None}


def _makers(tests: _Tests) -> dict[FunctionId, Link]:
    """Return the functions of the tests that make a client.

    Where tests of both kinds run together, the shims' client is the right one for both if it is
    made in a running event loop.
    """
    return {
        use.function: Link(use.location, "the client is made in async code")
        for use in tests.facts.members.get(Member(Kind.APP, "test_client"), ())
        if use.function is not None and tests.holds(use.function)
    }


def _of_unittest(tests: _Tests) -> Iterator[FunctionId]:
    """Yield the makers that ``python -m unittest`` runs: the shims serve it as mixed tests."""
    facts = tests.facts
    for name in _makers(tests) if tests.has_companion else ():
        if is_in_test_case(facts, facts.program.functions[name]):
            yield name


def _spread(tests: _Tests, seeds: Mapping[FunctionId, Link]) -> Needing:
    needing: dict[FunctionId, tuple[Link, ...]] = {name: (link,) for name, link in seeds.items()}
    waiting = deque(needing)
    while waiting:
        name = waiting.popleft()
        for reached, link in _reached(tests, name):
            if reached not in needing:
                needing[reached] = (link, *needing[name])
                waiting.append(reached)
    return needing


def _reached(tests: _Tests, name: FunctionId) -> Iterator[tuple[FunctionId, Link]]:
    """Yield what must be async if *name* is: its callers, and what is called where it is."""
    for site in tests.facts.callers.get(name, ()):
        for reached in (site.caller, *site.targets):
            if reached is not None and tests.holds(reached) and reached != name:
                yield reached, Link(site.location, f"calls `{name.name}`, which needs an await")
    text = f"shares its name in a class hierarchy with `{name.name}`"
    for mate in tests.facts.overrides.get(name, ()):
        if tests.holds(mate):
            yield mate, Link(_place(tests.facts, mate), text)


def _kept(tests: _Tests, needing: Needing, sending: Needing) -> Kept:
    """Return the modules with something that cannot be migrated, and what hangs on them."""
    kept = dict(_obstacles(tests, needing))
    joined = list(_joined(tests, needing, sending))
    while True:
        more = {
            follows: Link(link.location, f"hangs together with what stays: {link.text}")
            for module, follows, link in joined
            if module in kept and follows not in kept
        }
        if not more:
            return kept
        kept |= more


def _obstacles(tests: _Tests, needing: Needing) -> Iterator[tuple[str, Link]]:
    facts = tests.facts
    for demand in tests.demands:
        if demand.flavor is Flavor.NEEDS_FLASK or demand.function is None:
            outside = "" if demand.function else "at module level: "
            link = Link(demand.location, f"{outside}{demand.text}")
            yield facts.program.module_of[demand.node], link
    commands = {} if tests.has_companion else runs_commands(facts)
    for name in needing:
        obstacle = commands.get(name) or barrier(facts, tests.fixtures, name)
        if obstacle is not None:
            yield tests.module(name), obstacle
        for site in facts.callers.get(name, ()):
            if not tests.holds(site.caller) or site.external:
                text = f"`{name.name}` is called where nothing can be awaited"
                yield tests.module(name), Link(site.location, text)


def _joined(tests: _Tests, needing: Needing, sending: Needing) -> Iterator[tuple[str, str, Link]]:
    """Yield pairs of modules of which the second stays if the first does."""
    facts = tests.facts
    for name in needing:
        for site in facts.callers.get(name, ()):
            if site.caller is not None and tests.holds(site.caller):
                link = Link(site.location, f"`{name.name}` is called")
                yield tests.module(site.caller), tests.module(name), link
                yield tests.module(name), tests.module(site.caller), link
    for name in needing:
        owner = facts.program.functions[name].owner
        for base in case_classes(facts, owner) if owner else ():
            link = Link(_place(facts, name), f"`{base.name}` is a test case for it")
            yield facts.program.classes[base].module, tests.module(name), link
    for name, fixture in fixtures_taken(facts, tests.fixtures):
        given = fixture.function
        link = Link(_place(facts, name), f"the fixture `{fixture.name}` is taken")
        yield given.module, tests.module(name), link
        if given.id in sending:
            yield tests.module(name), given.module, link


def _place(facts: Facts, name: FunctionId) -> Location:
    return facts.program.modules[facts.program.functions[name].module].file.location(
        facts.program.functions[name].node
    )


def _with_tests(tests: _Tests, colors: Colors, needing: Needing, kept: Kept) -> Colors:
    facts = tests.facts
    turned = {name: chain for name, chain in needing.items() if tests.module(name) not in kept}
    verdicts = {
        name: Verdict(name, State.ASYNC, chain, needs_await=True) for name, chain in turned.items()
    }
    modules = (name for name, it in facts.program.modules.items() if it.is_test)
    met = tuple(it for it in tests.demands if it.function in turned)
    return replace(
        colors,
        verdicts={**colors.verdicts, **verdicts},
        awaits=(*colors.awaits, *_awaits(facts, met, turned)),
        met=(*colors.met, *met),
        stated=(*colors.stated, *tests.demands),
        migrated_tests=frozenset(modules) - kept.keys(),
        kept_tests=kept,
    )


def _awaits(facts: Facts, met: Iterable[Demand], turned: Needing) -> Iterator[AwaitSite]:
    for it in met:
        if it.function is not None:
            yield AwaitSite(it.node, it.function, it.flavor, it.text, it.location)
    for site in facts.calls:
        target = next((name for name in site.targets if name in turned), None)
        if target and site.caller in turned and site.caller and not _is_awaited(facts, site):
            flavor = _FLAVORS.get(site.form, Flavor.AWAIT)
            text = f"`{target.name}` is async"
            yield AwaitSite(site.node, site.caller, flavor, text, site.location)


def _is_awaited(facts: Facts, site: CallSite) -> bool:
    return isinstance(facts.program.parent.get(site.node), ast.Await)
