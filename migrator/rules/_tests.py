"""What the rules about tests share: which tests are migrated, and what tells that one is."""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors, State
from migrator.coloring.tests_barriers import is_in_test_case
from migrator.facts.catalog.awaitable import awaitable_members
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Use
from migrator.rules._companion_uses import needs_companion
from migrator.rules._places import module_of

SENDING = awaitable_members()["flask.testing.FlaskClient"]
"""The methods of a test client that send a request."""


def has_companion(facts: Facts, colors: Colors) -> bool:
    """Whether the app gets a companion, or has one already."""
    files = (it.file.text for it in facts.program.modules.values() if not it.is_test)
    return any("flask_app(" in text for text in files) or needs_companion(facts, colors)


def in_test(facts: Facts, node: ast.AST) -> bool:
    """Whether *node* stands in the project's tests."""
    return module_of(facts, node).is_test


def in_migrated_test(facts: Facts, colors: Colors, node: ast.AST) -> bool:
    """Whether *node* stands in tests that are migrated."""
    return facts.program.module_of[node] in colors.migrated_tests


def test_uses(facts: Facts, kind: Kind) -> Iterator[tuple[str, Use]]:
    """Yield the members of a *kind* that tests read, each use with the member's name."""
    for member, uses in facts.members.items():
        if member.kind is kind:
            yield from ((member.name, use) for use in uses if in_test(facts, use.node))


def tests_that_stay(facts: Facts, colors: Colors) -> tuple[str, ...]:
    """Return the paths of the test files that go on as Flask's tests."""
    modules = facts.program.modules.values()
    if not colors.migrated_tests and not colors.kept_tests:
        return () if _await_already(facts) else tuple(it.file.path for it in modules if it.is_test)
    return tuple(it.file.path for it in modules if it.name in colors.kept_tests)


def has_async_tests(facts: Facts, colors: Colors) -> bool:
    """Whether pytest runs async tests or fixtures: unittest runs those of its own cases."""
    functions = facts.program.functions
    return any(
        verdict.state is State.ASYNC
        and functions[name].module in colors.migrated_tests
        and not is_in_test_case(facts, functions[name])
        for name, verdict in colors.verdicts.items()
    )


def _await_already(facts: Facts) -> bool:
    """Whether the tests send requests, and await each of them."""
    sent = [
        use
        for name in SENDING
        for use in facts.members.get(Member(Kind.CLIENT, name), ())
        if in_test(facts, use.node)
    ]
    parent = facts.program.parent
    return bool(sent) and all(isinstance(parent.get(it.call or it.node), ast.Await) for it in sent)
