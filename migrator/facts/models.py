"""The models of a program, and which of their attributes load from the database when read."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrator.facts.catalog.blocking import ENTITIES
from migrator.facts.catalog.judge import library_of
from migrator.facts.model import Facts
from migrator.index.symbols import Class, ClassId

_SQLALCHEMY = ("sqlalchemy.", "flask_sqlalchemy.", "sqlmodel.")
_OTHERS = ("peewee.", "playhouse.", "mongoengine.", "flask_mongoengine.")
_RELATIONS = frozenset({"relationship", "relation", "association_proxy", "deferred"})
_REFERENCES = frozenset({"ForeignKeyField", "ReferenceField", "GenericReferenceField"})
_EAGER = frozenset(
    {"joined", "selectin", "subquery", "immediate", "noload", "raise", "raise_on_sql"}
)
_QUERIES = frozenset({"dynamic", "write_only"})
_OF_EVERY_MODEL = frozenset({"query", "metadata", "registry"})


@dataclass(frozen=True, slots=True)
class Models:
    """The model classes: their attributes that load when read, and all mapped attributes.

    ``added`` are the names of attributes that libraries add to models, as SQLAlchemy-Continuum
    adds ``versions``; ``expiring`` those models whose attributes a commit expires (SQLAlchemy's).
    """

    lazy: Mapping[ClassId, frozenset[str]]
    mapped: Mapping[ClassId, frozenset[str]]
    added: frozenset[str]
    expiring: frozenset[ClassId]

    @property
    def lazy_names(self) -> frozenset[str]:
        """The names of all lazily loaded attributes."""
        return self.added.union(*self.lazy.values())


def find_models(facts: Facts) -> Models:
    """Find the model classes by their bases outside the program."""
    expiring = {name for name in facts.bases if _derives(facts, name, _SQLALCHEMY)}
    others = {name for name in facts.bases if _derives(facts, name, _OTHERS)}
    classes = {name: facts.program.classes[name] for name in sorted(expiring | others)}
    mapped = {
        name: {attribute for attribute, _ in _columns(found)} for name, found in classes.items()
    }
    lazy = {name: set(_lazy(found)) for name, found in classes.items()}
    for found in classes.values():
        for target, attribute in _backrefs(found, classes):
            lazy[target].add(attribute)
            mapped[target].add(attribute)
    added = frozenset(_added_by_libraries(facts, expiring))
    return Models(_frozen(lazy), _frozen(mapped), added, frozenset(expiring))


def is_entity(facts: Facts, models: Models, node: ast.AST) -> bool:
    """Whether the expression is an instance of a model that a commit expires."""
    if not models.expiring.isdisjoint(facts.instances_at.get(node, ())):
        return True
    return any(_is_loaded(name) for name in facts.names_at.get(node, ()))


def lazy_attribute(facts: Facts, models: Models, node: ast.Attribute) -> bool:
    """Whether reading the attribute loads it, by the kind of its owner.

    Of an owner of which nothing is known, only a name that a library gave is telling enough.
    """
    owners = facts.instances_at.get(node.value, frozenset())
    if owners:
        declared = any(node.attr in models.lazy.get(owner, ()) for owner in owners)
        return declared or (node.attr in models.added and not owners.isdisjoint(models.expiring))
    names = facts.names_at.get(node.value, frozenset())
    if any(_is_loaded(name) for name in names):
        return node.attr in models.lazy_names
    known = names or node.value in facts.kinds_at or _is_class(models, node.value)
    return node.attr in models.added and not known


def _added_by_libraries(facts: Facts, expiring: set[ClassId]) -> Iterator[str]:
    """Yield the attributes of models that neither the program nor every model defines."""
    for value, owners in facts.instances_at.items():
        node = facts.program.parent.get(value)
        if isinstance(node, ast.Attribute) and not expiring.isdisjoint(owners):
            called = facts.program.parent.get(node)
            is_called = isinstance(called, ast.Call) and called.func is node
            if not is_called and _is_foreign(facts, node):
                yield node.attr


def _is_foreign(facts: Facts, node: ast.Attribute) -> bool:
    if node.attr.startswith("_") or node.attr in _OF_EVERY_MODEL:
        return False
    names = facts.names_at.get(node, frozenset())
    return bool(names) and all(
        name.startswith(_SQLALCHEMY) and name.endswith(f".{node.attr}") for name in names
    )


def _is_class(models: Models, node: ast.expr) -> bool:
    """Whether the expression names a model itself, as queries do (``User.posts``)."""
    name = _last(node)
    return name in {"cls", "self"} or any(_short(model) == name for model in models.mapped)


def _is_loaded(name: str) -> bool:
    """Whether a dotted external name is what an object-relational mapper returned."""
    if not name.startswith(_SQLALCHEMY):
        return False
    if name.endswith("[]"):
        return True
    if not name.endswith("()"):
        return False
    return name[:-2].rpartition(".")[2] in ENTITIES and library_of(name) is not None


def _derives(facts: Facts, name: ClassId, libraries: tuple[str, ...]) -> bool:
    return any(base.startswith(libraries) for base in facts.bases[name])


def _columns(found: Class) -> Iterator[tuple[str, ast.expr | None]]:
    for statement in found.node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                yield name, value
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value):
                yield name, value


def _lazy(found: Class) -> Iterator[str]:
    for name, value in _columns(found):
        if isinstance(value, ast.Call) and _loads_when_read(value):
            yield name


def _loads_when_read(call: ast.Call) -> bool:
    made_by = _last(call.func)
    if made_by in _REFERENCES:
        return True
    if made_by in _RELATIONS:
        return _setting(call, "lazy") not in _EAGER | _QUERIES | {False}
    return _setting(call, "deferred") is True


def _backrefs(found: Class, classes: Mapping[ClassId, Class]) -> Iterator[tuple[ClassId, str]]:
    """Yield the attributes that ``relationship("Post", backref="author")`` adds to ``Post``."""
    for _, value in _columns(found):
        if not isinstance(value, ast.Call) or not value.args:
            continue
        name = _backref_name(value)
        if name:
            target = _class_name(value.args[0])
            yield from ((other, name) for other in classes if _short(other) == target)


def _backref_name(call: ast.Call) -> str | None:
    for keyword in call.keywords:
        if keyword.arg == "backref":
            value = keyword.value
            if isinstance(value, ast.Call) and value.args:
                value = value.args[0]
            return _text(value)
    return None


def _class_name(node: ast.expr) -> str:
    return (_text(node) or _last(node)).rpartition(".")[2]


def _short(name: ClassId) -> str:
    return name.name.rpartition(".")[2]


def _setting(call: ast.Call, name: str) -> object:
    for keyword in call.keywords:
        if keyword.arg == name and isinstance(keyword.value, ast.Constant):
            return keyword.value.value
    return None


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _frozen(names: Mapping[ClassId, set[str]]) -> Mapping[ClassId, frozenset[str]]:
    return {name: frozenset(attributes) for name, attributes in names.items()}
