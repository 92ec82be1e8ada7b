"""What object-relational mappers load: queries of a model give instances of it.

SQLAlchemy's ``select(Book)``, ``session.get(Book, id)`` and ``Book.query``, peewee's and
MongoEngine's queries, relationships by name or annotation, and Flask-Login's ``current_user``.
"""

import ast
from collections.abc import Iterator

from migrator.facts.classes import (
    MAPPERS,
    external_bases,
    is_of_mapper,
    telling_base,
    write_attribute,
)
from migrator.facts.externals import made
from migrator.facts.machine import Machine
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Arguments,
    Container,
    External,
    Instance,
    Loader,
    Values,
    join,
)

ONE = frozenset(
    {
        "create", "fetchone", "first", "first_or_404", "get", "get_one", "get_or_404",
        "get_or_none", "merge", "one", "one_or_404", "one_or_none", "scalar", "scalar_one",
        "scalar_one_or_none",
    }
)  # fmt: skip
"""Methods that load one instance."""

QUERIES = frozenset(
    {
        "aliased", "execute", "filter", "objects", "paginate", "query", "scalars", "select",
        "with_loader_criteria", "with_polymorphic",
    }
)  # fmt: skip
"""Methods that make or run a query."""

_KEYED = ("peewee.", "playhouse.")
_PLAIN = frozenset({"any", "count", "delete", "exists", "update"})
_RELATIONS = frozenset({"relation", "relationship"})
CURRENT_USER = "flask_login.current_user"
_USER_LOADERS = (".user_loader", ".request_loader", ".header_loader")


def is_model(machine: Machine, cls: ClassUnit) -> bool:
    """Whether a mapper makes instances of *cls*."""
    return any(map(is_of_mapper, external_bases(machine, cls)))


def is_mapped(name: str) -> bool:
    """Whether the dotted *name* is a mapper's, or Flask-Login's user."""
    return name.startswith((*MAPPERS, CURRENT_USER))


def loader(machine: Machine, cls: ClassUnit, name: str) -> Values:
    """Return the query of *cls* that ``.name`` is, or the result of a call."""
    return frozenset({machine.make(Loader, cls, name)})


def loaded_by(machine: Machine, callee: External, arguments: Arguments) -> Values:
    """Return what a foreign function loads if it gets a model or a query of one."""
    name = callee.name.rpartition(".")[2]
    if name in _RELATIONS:
        return _related(machine, arguments)
    if name not in ONE and name not in QUERIES:
        return NOTHING
    found = NOTHING
    for values in arguments.positional[:2]:
        for cls in _models(machine, values):
            found = join(found, load(machine, cls, name))
    return found


def _models(machine: Machine, values: Values) -> Iterator[ClassUnit]:
    for value in values:
        if isinstance(value, Loader):
            yield value.cls
        elif isinstance(value, ClassUnit) and is_model(machine, value):
            yield value


def load(machine: Machine, cls: ClassUnit, name: str) -> Values:
    """Return what calling ``.name`` of a query of *cls* gives."""
    if name in ONE:
        return frozenset({machine.instance(cls)})
    if name in _PLAIN:
        return NOTHING
    return loader(machine, cls, "()")


def row_by_key(machine: Machine, cls: ClassUnit) -> Values:
    """Return what ``cls[key]`` gives where it loads a row: only peewee's models do.

    https://docs.peewee-orm.com/en/latest/peewee/querying.html#selecting-a-single-record
    """
    base = telling_base(machine, cls)
    if base is None or not base.name.startswith(_KEYED):
        return NOTHING
    return made(machine, f"{base.name}.__getitem__") | {machine.instance(cls)}


def _related(machine: Machine, arguments: Arguments) -> Values:
    targets = set(_models(machine, arguments.at(0, "argument")))
    named = arguments.literal(0)
    if isinstance(named, str):
        known = machine.read(machine.named_slot("class", named.rpartition(".")[2]))
        targets |= {value for value in known if isinstance(value, ClassUnit)}
    found = NOTHING
    for cls in targets:
        found = join(found, related(machine, cls))
    return found


def related(machine: Machine, cls: ClassUnit) -> Values:
    """Return what a relationship to *cls* holds: one instance or many."""
    return loader(machine, cls, "()") | {machine.instance(cls)}


def set_back_references(machine: Machine, cls: ClassUnit) -> None:
    """Give the targets of ``relationship(…, backref="name")`` in *cls* their attribute."""
    for statement in cls.node.body:
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if not isinstance(value, ast.Call):
            continue
        name = _back_reference(value)
        if name:
            held = cls.unit.record.get(value, NOTHING)
            for target in [v.cls for v in held if isinstance(v, Instance)]:
                write_attribute(machine, target, target.instance, name, related(machine, cls))


def _back_reference(call: ast.Call) -> str | None:
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg="backref", value=ast.Constant(value=str(name))):
                return name
            case ast.keyword(
                arg="backref", value=ast.Call(args=[ast.Constant(value=str(name)), *_])
            ):
                return name
            case _:
                pass
    return None


def note_user_loader(machine: Machine, function: FunctionUnit, taker: External) -> None:
    """Remember that *function* loads what Flask-Login's ``current_user`` stands for."""
    if taker.name.endswith(_USER_LOADERS) and taker.name.startswith("flask_login."):
        machine.write(machine.named_slot("loads", CURRENT_USER), frozenset({function}))


def with_user(machine: Machine, value: External) -> Values:
    """Return *value*, with the instances that it stands for if it is ``current_user``."""
    found: Values = frozenset({value})
    if value.name.startswith(CURRENT_USER) and value.name in _USER_NAMES:
        for function in machine.read(machine.named_slot("loads", CURRENT_USER)):
            if isinstance(function, FunctionUnit):
                held = machine.read(function.returns)
                users = frozenset(v for v in held if isinstance(v, Instance | Container))
                found = join(found, users)
    return found


_USER_NAMES = frozenset({CURRENT_USER, f"{CURRENT_USER}._get_current_object()"})
