"""Which fixtures of pytest the functions of the tests take.

https://docs.pytest.org/en/stable/reference/fixtures.html says which one of several is taken.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrator.facts.fixtures import MAKERS, is_shared_with, nearest
from migrator.facts.model import Facts, Role
from migrator.index.symbols import Function, FunctionId


@dataclass(frozen=True, slots=True)
class Fixture:
    """A fixture of the project, with the arguments of its decorator."""

    function: Function
    name: str
    scope: str
    autouse: bool


def fixtures_of(facts: Facts) -> Mapping[FunctionId, Fixture]:
    """Return the fixtures of the program."""
    found = {}
    for name, decorations in facts.decorations.items():
        for it in decorations:
            if it.external and it.external[0].startswith(MAKERS):
                found[name] = _fixture(facts.program.functions[name], it.node)
    return found


def _fixture(function: Function, decorator: ast.expr) -> Fixture:
    words = decorator.keywords if isinstance(decorator, ast.Call) else []
    given = {it.arg: it.value.value for it in words if isinstance(it.value, ast.Constant)}
    scope = given.get("scope", "function") if "scope" not in _computed(words) else "computed"
    return Fixture(
        function, str(given.get("name") or function.name), str(scope), bool(given.get("autouse"))
    )


def _computed(words: list[ast.keyword]) -> set[str | None]:
    return {it.arg for it in words if not isinstance(it.value, ast.Constant)}


def fixtures_taken(
    facts: Facts, fixtures: Mapping[FunctionId, Fixture]
) -> Iterator[tuple[FunctionId, Fixture]]:
    """Yield each function of the tests with each fixture that it takes, directly."""
    by_name: defaultdict[str, list[Function]] = defaultdict(list)
    for fixture in fixtures.values():
        by_name[fixture.name].append(fixture.function)
    for name, entries in facts.entry_points.items():
        if any(entry.role is Role.TEST for entry in entries):
            user = facts.program.functions[name]
            for word in user.parameters:
                yield from ((name, fixtures[it.id]) for it in nearest(user, by_name[word]))
            yield from ((name, it) for it in _automatic(user, fixtures, by_name))


def _automatic(
    user: Function, fixtures: Mapping[FunctionId, Fixture], by_name: Mapping[str, list[Function]]
) -> Iterator[Fixture]:
    """Yield the fixtures that *user* takes though it does not name them."""
    own = fixtures.get(user.id)
    for name in {it.name for it in fixtures.values() if it.autouse}:
        if own is None or own.name != name:
            for fixture in (fixtures[it.id] for it in nearest(user, by_name[name])):
                if fixture.autouse and _sees(user.id, fixture):
                    yield fixture


def _sees(name: FunctionId, fixture: Fixture) -> bool:
    path = fixture.function.id.path
    return path == name.path or is_shared_with(path, name.path)
