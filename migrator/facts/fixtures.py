"""pytest: fixtures by name and place, ``request``, ``usefixtures``, parameters.

https://docs.pytest.org/en/stable/reference/fixtures.html says which fixture a test gets.
"""

import ast
from collections.abc import Iterable, Iterator

from migrator.facts.externals import made
from migrator.facts.machine import Machine
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import NOTHING, External, FixtureRequest, Value, Values, join
from migrator.index.symbols import Function

MAKERS = ("pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture")
FIXTURE_MAKERS = frozenset(f"{maker}{call}" for maker in MAKERS for call in ("", "()"))


def is_fixture_maker(value: Value) -> bool:
    """Whether *value*, a decorator, makes a fixture."""
    return isinstance(value, External) and value.name in FIXTURE_MAKERS


def add_fixture(machine: Machine, decorator: ast.expr, unit: FunctionUnit) -> None:
    """Take *unit* as a fixture, under its name or the name that *decorator* gives it."""
    name = unit.function.name
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                name = str(keyword.value.value)
    machine.fixtures[unit] = decorator
    machine.enqueue(unit)
    machine.write(machine.named_slot("fixture", name), frozenset({unit}))


def takes_fixtures(machine: Machine, unit: FunctionUnit) -> bool:
    """Whether pytest fills the parameters of *unit*: it is a test or a fixture."""
    if unit in machine.fixtures:
        return True
    name = unit.function.name
    is_test = name.startswith("test") or name in {"setup_method", "teardown_method"}
    return is_test and unit.module.is_test and not isinstance(unit.function.node, ast.Lambda)


def fixture_values(machine: Machine, unit: FunctionUnit, name: str) -> Values:
    """Return what pytest passes to *unit* for its parameter *name*."""
    fixtures = _nearest(machine, unit, name)
    if fixtures:
        found = NOTHING
        for fixture in fixtures:
            found = join(found, given_by(machine, fixture))
        return found
    if name == "request":
        return frozenset({machine.make(FixtureRequest, unit)})
    if name == "client":
        return _pytest_flask_client(machine)
    return frozenset({machine.external(f"pytest.{name}")}) if name in _BUILT_IN else NOTHING


_BUILT_IN = frozenset({"capsys", "caplog", "mocker", "monkeypatch", "tmp_path", "tmpdir"})


def given_by(machine: Machine, fixture: FunctionUnit) -> Values:
    """Return what the fixture yields or returns."""
    if fixture.function.is_generator:
        return machine.read(fixture.yields)
    return machine.read(fixture.returns)


def _pytest_flask_client(machine: Machine) -> Values:
    """Return the client of pytest-flask, which is made from the fixture ``app``."""
    if not machine.read(machine.named_slot("fixture", "app")):
        return NOTHING
    return made(machine, "flask.testing.FlaskClient")


def class_fixtures(machine: Machine, cls: ClassUnit) -> Values:
    """Return the ``client`` that pytest-flask's fixture ``client_class`` sets on *cls*."""
    return _pytest_flask_client(machine) if "client_class" in _marked(cls.node) else NOTHING


def _nearest(machine: Machine, unit: FunctionUnit, name: str) -> list[FunctionUnit]:
    values = machine.read(machine.named_slot("fixture", name))
    fixtures = [it for it in values if isinstance(it, FunctionUnit)]
    taken = {it.id for it in nearest(unit.function, (it.function for it in fixtures))}
    return [it for it in fixtures if it.function.id in taken]


def nearest(user: Function, fixtures: Iterable[Function]) -> list[Function]:
    """Return which of the *fixtures* of one name *user* takes; several, if nothing tells which.

    https://docs.pytest.org/en/stable/reference/fixtures.html#fixture-availability
    """
    ranked = [(_closeness(fixture, user), fixture) for fixture in fixtures if fixture.id != user.id]
    best = max((rank for rank, _ in ranked), default=0)
    return [fixture for rank, fixture in ranked if rank == best]


def _closeness(fixture: Function, user: Function) -> int:
    """Rank: the test's class, its module, the conftest nearest to it, a plugin anywhere."""
    path, own = fixture.id.path, user.id.path
    if fixture.owner is not None:
        return 30_000 if fixture.owner == user.owner else 20_000 if path == own else 0
    if path == own:
        return 20_000
    if is_shared_with(path, own):
        return 10_000 + len(path.rpartition("/")[0])
    return 1


def is_shared_with(path: str, own: str) -> bool:
    """Whether *path* is a ``conftest.py``, whose fixtures the tests in the file *own* see."""
    folder, _, name = path.rpartition("/")
    return name == "conftest.py" and (not folder or own.startswith(f"{folder}/"))


def request_attribute(machine: Machine, request: FixtureRequest, name: str) -> Values:
    """Return an attribute of pytest's ``request``: the class, the parameter, the instance."""
    if name in {"cls", "instance"}:
        classes = _classes_using(machine, request.fixture)
        if name == "cls":
            return frozenset(classes)
        return frozenset(machine.instance(cls) for cls in classes)
    if name == "param":
        return machine.read(machine.named_slot("fixture parameter", str(request.fixture.id)))
    return frozenset({machine.external(f"pytest.FixtureRequest().{name}")})


def _classes_using(machine: Machine, fixture: FunctionUnit) -> Iterator[ClassUnit]:
    name = fixture.function.name
    automatic = _is_automatic(machine.fixtures.get(fixture))
    machine.read(machine.named_slot("classes", "tests"))
    for cls in machine.classes:
        if cls.module.is_test and (automatic or name in _used_by(machine, cls)):
            yield cls


def _is_automatic(decorator: ast.expr | None) -> bool:
    return isinstance(decorator, ast.Call) and any(
        keyword.arg == "autouse" and isinstance(keyword.value, ast.Constant) and keyword.value.value
        for keyword in decorator.keywords
    )


def _used_by(machine: Machine, cls: ClassUnit) -> set[str]:
    """Return the names of the fixtures that *cls* uses, with those that these use."""
    used = set(_marked(cls.node)) | set(_parameters(cls.node))
    waiting = list(used)
    while waiting:
        for fixture in machine.read(machine.named_slot("fixture", waiting.pop())):
            if isinstance(fixture, FunctionUnit):
                new = set(fixture.positional) - used
                used |= new
                waiting.extend(new)
    return used


def _marked(node: ast.ClassDef) -> Iterator[str]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and _ends_in(decorator.func, "usefixtures"):
            yield from _strings(decorator.args)


def _ends_in(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name


def _strings(nodes: Iterable[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _parameters(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (argument.arg for argument in statement.args.args)
