"""Who calls a function from outside the program, and where that is said."""

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from migrator.facts.attributes import setters
from migrator.facts.catalog.overridable import (
    REQUEST_CLASSES,
    is_awaited_method,
    is_view_method,
    overrides,
    overrides_known,
)
from migrator.facts.classes import ancestors, external_bases
from migrator.facts.collect import Indexes, location_of
from migrator.facts.fixtures import takes_fixtures
from migrator.facts.machine import Machine
from migrator.facts.model import CallSite, EntryPoint, Role
from migrator.facts.patches import find_patches
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    External,
    Instance,
    Property,
    Unbinding,
    Value,
    Values,
)
from migrator.index.symbols import Function, FunctionId
from migrator.source.span import Location

Found = Iterator[tuple[FunctionId, EntryPoint]]

_CONSTRUCTORS = frozenset(
    {"__init__", "__new__", "__init_subclass__", "__post_init__", "__set_name__"}
)
_CONTEXT_METHODS = frozenset({"__enter__", "__exit__"})
_TEST_METHODS = frozenset(
    {
        "asyncSetUp", "asyncTearDown", "create_app", "setUp", "setUpClass", "setUpModule",
        "setup_class", "setup_function", "setup_method", "setup_module", "tearDown",
        "tearDownClass", "tearDownModule", "teardown_class", "teardown_function",
        "teardown_method", "teardown_module",
    }
)  # fmt: skip
_LOOP_STARTERS = frozenset(
    {"anyio.run", "asyncio.run", "asgiref.sync.async_to_sync", "curio.run", "trio.run"}
)


def find_entry_points(
    machine: Machine,
    record: Mapping[ast.AST, Values],
    calls: Iterable[CallSite],
    indexes: Indexes,
) -> dict[FunctionId, tuple[EntryPoint, ...]]:
    """Return the outside callers of each function that has any."""
    found: dict[FunctionId, set[EntryPoint]] = defaultdict(set)
    for source in (
        _registered(machine),
        _by_form(machine),
        _by_class(machine),
        _by_tests(machine, calls),
        find_patches(machine, record),
        _factories(machine, record, calls),
        _loop_starters(indexes),
    ):
        for function, entry in source:
            found[function].add(entry)
    return {
        function: tuple(sorted(entries, key=lambda entry: (entry.location, entry.role, entry.via)))
        for function, entries in sorted(found.items())
    }


def _registered(machine: Machine) -> Found:
    for note in machine.registrations:
        if isinstance(note.node, ast.expr):
            via = name_of_taker(note.taker)
            yield note.function.id, EntryPoint(note.role, location_of(machine, note.node), via)


def name_of_taker(taker: External) -> str:
    """Name what takes a function: ``app.route`` for a framework member, else its dotted name."""
    return str(taker.member) if taker.member is not None else taker.name.removesuffix("()")


def _by_form(machine: Machine) -> Found:
    """Yield what the definition of a function says: constructor, generator, test and so on."""
    for unit in machine.units:
        if isinstance(unit, FunctionUnit) and unit.original is None:
            for role in _form_roles(machine, unit):
                yield unit.id, EntryPoint(role, _place_of(unit.function), "")
    for cls in machine.classes:
        for slot in cls.attributes.values():
            for value in slot.values:
                if isinstance(value, Property) and not _is_awaited(machine, cls, value):
                    for part in (value.getter, *setters(machine, value).values):
                        if isinstance(part, FunctionUnit):
                            place = _place_of(part.function)
                            yield part.id, EntryPoint(Role.PROPERTY, place, "")


def _is_awaited(machine: Machine, cls: ClassUnit, value: Property) -> bool:
    """Whether the property may be one that is awaited, as `form` of Quart's own request is."""
    decorators = getattr(value.getter.function.node, "decorator_list", ())
    is_plain = [ast.unparse(it) for it in decorators] == ["property"]
    if not is_plain or setters(machine, value).values:
        return False
    return any(base.name in REQUEST_CLASSES for base in external_bases(machine, cls))


def _form_roles(machine: Machine, unit: FunctionUnit) -> Iterator[Role]:
    name = unit.function.name
    if isinstance(unit.function.node, ast.Lambda):
        yield Role.LAMBDA
    if unit.is_manager or (unit.owner is not None and name in _CONTEXT_METHODS):
        yield Role.CONTEXT_MANAGER
    elif unit.function.is_generator and unit not in machine.fixtures:
        yield Role.GENERATOR
    if takes_fixtures(machine, unit) or (unit.module.is_test and name in _TEST_METHODS):
        yield Role.TEST
    if unit.owner is None or not (name.startswith("__") and name.endswith("__")):
        return
    if name in _CONSTRUCTORS:
        yield Role.CONSTRUCTOR
    elif name not in _CONTEXT_METHODS:
        yield Role.SPECIAL_METHOD


def _place_of(function: Function) -> Location:
    return Location(function.id.path, function.span)


def _by_class(machine: Machine) -> Found:
    """Yield the methods that code outside the program calls on subclasses of its classes."""
    for cls in machine.classes:
        bases = external_bases(machine, cls)
        yield from _methods_called_for(cls, bases, overrides)
    for mixin, bases_of_others in _mixins(machine).items():
        yield from _methods_called_for(mixin, bases_of_others, overrides_known)


def _mixins(machine: Machine) -> Mapping[ClassUnit, Collection[External]]:
    """Return the classes that get bases from outside the program only where they are mixed in."""
    found: dict[ClassUnit, dict[External, None]] = defaultdict(dict)
    for cls in machine.classes:
        bases = external_bases(machine, cls)
        for above in ancestors(machine, cls) if bases else ():
            known = external_bases(machine, above)
            found[above] |= {base: None for base in bases if base not in known}
    return found


def _methods_called_for(
    cls: ClassUnit, bases: Collection[External], is_override: Callable[[str, str], bool]
) -> Found:
    for name, slot in cls.attributes.items() if bases else ():
        for function in _methods(slot.values):
            called = [base for base in bases if not _registers(cls, function, base)]
            for role, via in _method_roles(name, called, is_override):
                place = Location(cls.module.file.path, function.function.span)
                yield function.id, EntryPoint(role, place, via)


def _registers(cls: ClassUnit, method: FunctionUnit, base: External) -> bool:
    """Whether a decorator of the library that *base* is from registers the method.

    Then the library calls what the decorator got, as Flask-Admin does with ``@expose("/")``: the
    method is no override that the rest of the library asks for an answer.
    """
    library = base.name.partition(".")[0]
    if library == "builtins" or library in sys.stdlib_module_names:
        return False
    return any(
        isinstance(value, External) and value.name.partition(".")[0] == library
        for decorator in getattr(method.function.node, "decorator_list", ())
        for value in cls.unit.record.get(decorator, NOTHING)
    )


def _methods(values: Values) -> Iterator[FunctionUnit]:
    for value in values:
        if isinstance(value, FunctionUnit):
            yield value.site if isinstance(value.site, FunctionUnit) else value
        elif isinstance(value, Unbinding):
            yield value.function


def _method_roles(
    name: str, bases: Iterable[External], is_override: Callable[[str, str], bool]
) -> Iterator[tuple[Role, str]]:
    if name.startswith("__"):
        return
    for base in bases:
        if is_view_method(base.name, name):
            yield Role.VIEW_METHOD, f"{base.name}.{name}"
        elif is_awaited_method(base.name, name):
            yield Role.OVERRIDES_COROUTINE, f"{base.name}.{name}"
        elif is_override(base.name, name):
            yield Role.OVERRIDES_EXTERNAL, f"{base.name}.{name}"


def _by_tests(machine: Machine, calls: Iterable[CallSite]) -> Found:
    program = machine.program
    for site in calls:
        if not program.modules[program.module_of[site.node]].is_test:
            continue
        for target in site.targets:
            if not program.modules[program.functions[target].module].is_test:
                via = site.caller.name if site.caller is not None else ""
                yield target, EntryPoint(Role.CALLED_BY_TESTS, site.location, via)


def _factories(
    machine: Machine, record: Mapping[ast.AST, Values], calls: Iterable[CallSite]
) -> Found:
    """Yield the functions that make an app, and those that return one that such a one made."""
    made = dict(_making(machine, record))
    returning = {
        unit.id
        for unit in machine.units
        if isinstance(unit, FunctionUnit) and _returns_app(machine, unit)
    }
    sites = [site for site in calls if site.caller in returning]
    grew = True
    while grew:
        grew = False
        for site in sites:
            if site.caller is None or site.caller in made:
                continue
            if not made.keys().isdisjoint(site.targets):
                made[site.caller] = site.location
                grew = True
    for function, place in made.items():
        module = machine.program.modules[machine.program.functions[function].module]
        if not module.is_test:
            yield function, EntryPoint(Role.APP_FACTORY, place, "flask.Flask")


def _making(
    machine: Machine, record: Mapping[ast.AST, Values]
) -> Iterator[tuple[FunctionId, Location]]:
    for node, values in record.items():
        if isinstance(node, ast.Call) and any(_is_made_app(machine, v) for v in values):
            callees = record.get(node.func, NOTHING)
            owner = machine.program.owner[node]
            constructs = any(isinstance(callee, ClassUnit | External) for callee in callees)
            if owner is not None and constructs:
                yield owner, location_of(machine, node)


def _is_made_app(machine: Machine, value: Value) -> bool:
    if isinstance(value, Instance):
        return any(base.name == "flask.Flask" for base in external_bases(machine, value.cls))
    return isinstance(value, External) and value.name == "flask.Flask()"


def _returns_app(machine: Machine, unit: FunctionUnit) -> bool:
    return any(_is_made_app(machine, value) for value in unit.returns.values)


def _loop_starters(indexes: Indexes) -> Found:
    for name, uses in indexes.names.items():
        if name in _LOOP_STARTERS or name.endswith(".run_until_complete"):
            for use in uses:
                if use.call is not None and use.function is not None:
                    yield use.function, EntryPoint(Role.STARTS_LOOP, use.location, name)
