"""Where async cannot go in tests: pytest and unittest call fewer things async than Quart does."""

import ast
from collections.abc import Iterator, Mapping

from migrator.coloring.colors import Link
from migrator.coloring.spread import location_of
from migrator.coloring.tests_fixtures import Fixture
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Role
from migrator.index.symbols import ClassId, Function, FunctionId

ASYNC_NAMES = {"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}
"""What ``unittest.IsolatedAsyncioTestCase`` calls the methods that may be async.

https://docs.python.org/3/library/unittest.html#unittest.IsolatedAsyncioTestCase
"""

TEST_CASES = frozenset(
    {"unittest.TestCase", "unittest.case.TestCase", "unittest.IsolatedAsyncioTestCase"}
)
_SYNC_ONLY = frozenset(
    {
        "setUpClass", "tearDownClass", "setUpModule", "tearDownModule", "setup_method",
        "teardown_method", "setup_class", "teardown_class", "setup_module", "teardown_module",
        "setup_function", "teardown_function", "setup", "teardown", "runTest",
    }
)  # fmt: skip
"""Methods that unittest and pytest call, and do not await."""

_ROLES = (
    Role.LAMBDA, Role.GENERATOR, Role.CONTEXT_MANAGER, Role.PROPERTY, Role.CONSTRUCTOR,
    Role.SPECIAL_METHOD, Role.ESCAPES, Role.THREAD_TARGET, Role.TASK, Role.OVERRIDES_EXTERNAL,
    Role.VIEW, Role.SIGNAL_RECEIVER, Role.CLI_COMMAND,
)  # fmt: skip

_TRANSPARENT = ("mock.patch", "pytest.", "pytest_asyncio.", "unittest.mock.", "unittest.")
"""Decorators that take async tests: marks, fixtures, patches, skips."""


def barrier(facts: Facts, fixtures: Mapping[FunctionId, Fixture], name: FunctionId) -> Link | None:
    """Return why the function of the tests, which needs an await, cannot be async."""
    function = facts.program.functions[name]
    text = next(_reasons(facts, fixtures, function), None)
    return None if text is None else Link(location_of(facts, name), f"`{name.name}` {text}")


def _reasons(
    facts: Facts, fixtures: Mapping[FunctionId, Fixture], function: Function
) -> Iterator[str]:
    name = function.id
    for entry in facts.entry_points.get(name, ()):
        if entry.role in _ROLES and not _is_test_method(entry.role, entry.via):
            yield f"is a {entry.role}" if entry.role is not Role.ESCAPES else f"is {entry.role}"
    for decoration in facts.decorations.get(name, ()):
        if decoration.target or not all(it.startswith(_TRANSPARENT) for it in decoration.external):
            yield f"has the decorator `{ast.unparse(decoration.node)}`, which may not take it async"
    fixture = fixtures.get(name)
    if fixture is not None and fixture.scope != "function":
        yield f"is a fixture for more than one test (`scope={fixture.scope!r}`)"
    if function.name in _SYNC_ONLY:
        yield "is called by the test runner, which does not await it"
    if function.owner is not None:
        yield from _reasons_of_class(facts, function, function.owner)


def _is_test_method(role: Role, via: str) -> bool:
    return role is Role.OVERRIDES_EXTERNAL and via.startswith("unittest.")


def _reasons_of_class(facts: Facts, function: Function, owner: ClassId) -> Iterator[str]:
    foreign = facts.bases.get(owner, frozenset()) - TEST_CASES - {"builtins.object"}
    if foreign:
        yield f"belongs to a class derived from `{min(foreign)}`"
    if is_in_test_case(facts, function) and not case_classes(facts, owner):
        yield "belongs to a test case whose base is not known"
    if function.name in ASYNC_NAMES and _calls_super(function.node):
        yield "calls the method that it overrides"


def is_in_test_case(facts: Facts, function: Function) -> bool:
    """Whether *function* is a method of a test case of unittest."""
    owner = function.owner
    return owner is not None and not TEST_CASES.isdisjoint(facts.bases.get(owner, ()))


def case_classes(facts: Facts, owner: ClassId) -> tuple[ClassId, ...]:
    """Return *owner* and the classes of the program from which it gets `unittest.TestCase`.

    The last one derives from it directly; empty where the way there is not known.
    """
    bases = facts.program.classes[owner].node.bases
    if any(TEST_CASES & facts.names_at.get(base, frozenset()) for base in bases):
        return (owner,)
    for base in bases:
        name = ast.unparse(base).rpartition(".")[2]
        found = [it for it in facts.program.classes if it.name == name and it != owner]
        own = [it for it in found if it.path == owner.path] or found
        above = case_classes(facts, own[0]) if len(own) == 1 else ()
        if above:
            return (owner, *above)
    return ()


def _calls_super(node: ast.AST) -> bool:
    return any(isinstance(it, ast.Name) and it.id == "super" for it in ast.walk(node))


def runs_commands(facts: Facts) -> Mapping[FunctionId, Link]:
    """Return the functions that run a command: Quart starts an event loop for it."""
    return {
        use.function: Link(use.location, "a command cannot be run inside an event loop")
        for use in facts.members.get(Member(Kind.CLI_RUNNER, "invoke"), ())
        if use.function is not None
    }
