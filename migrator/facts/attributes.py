"""What ``value.name`` may be, for every sort of value."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from migrator.facts.catalog.flask_to_quart import class_members, public_names
from migrator.facts.classes import (
    ancestors,
    class_attribute,
    descendants,
    made_by_base,
    slot_in,
    telling_base,
    visible,
    write_attribute,
)
from migrator.facts.externals import attribute_of
from migrator.facts.fixtures import request_attribute
from migrator.facts.kinds import Kind
from migrator.facts.loaders import CURRENT_USER, ONE, QUERIES, is_model, loader, with_user
from migrator.facts.machine import BUILTINS, Machine
from migrator.facts.slots import Slot
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Bound,
    Container,
    ContainerMethod,
    External,
    FixtureRequest,
    Instance,
    Loader,
    ModuleRef,
    Partial,
    Property,
    Proxy,
    SuperRef,
    Unbinding,
    Value,
    Values,
    join,
)


def get_attribute(machine: Machine, values: Values, name: str) -> Values:
    """Return what ``.name`` of any of *values* may be."""
    found = NOTHING
    for value in values:
        found = join(found, attribute(machine, value, name))
    return found


def attribute(machine: Machine, value: Value, name: str) -> Values:
    """Return what ``value.name`` may be; a property is what its getter returns."""
    reader = _READERS.get(value.__class__)
    return reader(machine, value, name) if reader is not None else NOTHING


def _of_external(machine: Machine, value: External, name: str) -> Values:
    if added := _of_own_class(machine, value, name):
        return added
    found = attribute_of(machine, value, name)
    for derived in found:
        if isinstance(derived, External) and derived.name.startswith(CURRENT_USER):
            found = join(found, with_user(machine, derived))
    return found


def _of_own_class(machine: Machine, value: External, name: str) -> Values:
    """Return what the program's class adds to a request, a response, or ``current_app``."""
    found = NOTHING
    for cls in own_classes(machine, value, name):
        seen = visible(machine, cls, name)
        added = machine.read(seen.inherited)
        found = join(found, _bind(machine, machine.instance(cls), added))
        found = join(found, machine.read(seen.held))
    return found


def own_classes(machine: Machine, value: External, name: str) -> Iterator[ClassUnit]:
    """Yield the program's classes that *value* of Flask may be one of, if asked for *name*."""
    if value.kind is Kind.REQUEST:
        key = "flask.request"
    elif value.kind is Kind.RESPONSE and name not in class_members()["flask.Response"]:
        # Only some responses are of that class: what all of them have is Flask's.
        key = "flask.Response"
    elif value.kind is Kind.APP and value.name == "flask.current_app":
        key = value.name
    else:
        return
    for cls in machine.read(machine.named_slot("class", key)):
        if isinstance(cls, ClassUnit):
            yield cls


def loaded(machine: Machine, proxy: Proxy) -> Values:
    """Return what the loader of *proxy* gives."""
    loader = proxy.loader.function if isinstance(proxy.loader, Bound) else proxy.loader
    return machine.read(loader.returns) if isinstance(loader, FunctionUnit) else NOTHING


def module_attribute(
    machine: Machine, place: str, name: str, seen: frozenset[str] = frozenset()
) -> Values:
    """Return a global of the module at *place*, or the module below it."""
    module = machine.finder.module_at(place)
    found = NOTHING
    if module is not None:
        found = machine.read(machine.modules[module.file.path].slot(name))
        found = found or star_attribute(machine, place, name, seen)
    below = f"{place}/{name}" if place else name
    if not found and machine.finder.exists(below):
        return frozenset({machine.module_ref(below)})
    return found


def by_dotted_name(machine: Machine, name: str) -> Values:
    """Return what a dotted name in a string means in the program: ``package.module:name``."""
    top, *parts = name.replace(":", ".").split(".")
    for root in ("", "src/", "lib/"):
        if machine.finder.exists(f"{root}{top}"):
            values: Values = frozenset({machine.module_ref(f"{root}{top}")})
            for part in parts:
                values = get_attribute(machine, values, part)
            return values
    return NOTHING


def star_attribute(
    machine: Machine, place: str, name: str, seen: frozenset[str] = frozenset()
) -> Values:
    """Return a name that the module at *place* gets by ``from … import *``."""
    found = NOTHING
    for source in machine.read(machine.named_slot("star imports", place)):
        if isinstance(source, External):
            found = join(found, _exported(machine, source, name))
        elif isinstance(source, ModuleRef) and source.place not in seen:
            found = join(found, module_attribute(machine, source.place, name, seen | {place}))
    return found


def _exported(machine: Machine, module: External, name: str) -> Values:
    if name in BUILTINS or name.startswith("_"):
        return NOTHING
    if module.name == "flask" and name not in public_names():
        return NOTHING
    return frozenset({machine.external(f"{module.name}.{name}")})


def instance_attribute(machine: Machine, instance: Instance, name: str) -> Values:
    """Return what an attribute of *instance* holds; only what its class has is bound to it."""
    found = machine.read(machine.value_slot(instance, name)) if instance.site else NOTHING
    seen = visible(machine, instance.cls, name)
    found = join(found, machine.read(seen.held))
    inherited = machine.read(seen.inherited)
    if instance.is_open:
        inherited = join(inherited, machine.read(seen.below))
    found = join(found, _bind(machine, instance, inherited))
    return found or _foreign(machine, instance.cls, name) or _computed(machine, instance, name)


def _computed(machine: Machine, instance: Instance, name: str) -> Values:
    """Return what the class's own ``__getattr__`` gives where nothing else has the name."""
    if name.startswith("__"):
        return NOTHING
    found = NOTHING
    for value in machine.read(visible(machine, instance.cls, "__getattr__").inherited):
        if isinstance(value, FunctionUnit):
            found = join(found, machine.read(value.returns))
    return found


def _foreign(machine: Machine, cls: ClassUnit, name: str) -> Values:
    base = made_by_base(machine, cls)
    return attribute_of(machine, base, name) if base else NOTHING


def _of_class(machine: Machine, cls: ClassUnit, name: str) -> Values:
    found = NOTHING
    for value in class_attribute(machine, cls, name):
        match value:
            case Unbinding(takes_class=True):
                found = join(found, frozenset({machine.bound(value.function, cls)}))
            case Unbinding():
                found = join(found, frozenset({value.function}))
            case _:
                found = join(found, frozenset({value}))
    if found:
        return found
    base = telling_base(machine, cls)
    found = attribute_of(machine, base, name) if base else NOTHING
    if (name in ONE or name in QUERIES) and is_model(machine, cls):
        return join(found, loader(machine, cls, name))
    return found


def _of_super(machine: Machine, ref: SuperRef, name: str) -> Values:
    for ancestor in ancestors(machine, ref.cls)[1:]:
        found = machine.read(slot_in(ancestor.attributes, name))
        if found:
            return _bind(machine, ref.receiver, found)
    return _foreign(machine, ref.cls, name) or _after_mixin(machine, ref, name)


def _after_mixin(machine: Machine, ref: SuperRef, name: str) -> Values:
    """Return what follows a mixin in the classes that mix it in: ``class User(Mixin, Model)``."""
    found = NOTHING
    for below in descendants(ref.cls):
        lineage = ancestors(machine, below)
        following = lineage[lineage.index(ref.cls) + 1 :] if ref.cls in lineage else ()
        held = (machine.read(slot_in(it.attributes, name)) for it in following)
        values = next(filter(None, held), NOTHING)
        bound = _bind(machine, ref.receiver, values) if values else _foreign(machine, below, name)
        found = join(found, bound)
    return found


def _bind(machine: Machine, receiver: Value, values: Values) -> Values:
    """Turn functions among class attributes into methods, properties into what they return."""
    found = NOTHING
    for value in values:
        found = join(found, _bound(machine, receiver, value))
    return found


def _bound(machine: Machine, receiver: Value, value: Value) -> Values:
    match value:
        case FunctionUnit():
            return frozenset({machine.bound(value, receiver)})
        case Property():
            return machine.read(value.getter.returns)
        case Unbinding(takes_class=True):
            cls = receiver.cls if isinstance(receiver, Instance) else receiver
            return frozenset({machine.bound(value.function, cls)})
        case Unbinding():
            return frozenset({value.function})
        case _:
            return frozenset({value})


def _of_module(machine: Machine, value: ModuleRef, name: str) -> Values:
    return module_attribute(machine, value.place, name)


def _of_container(machine: Machine, value: Container, name: str) -> Values:
    return frozenset({machine.make(ContainerMethod, value, name)})


def _of_proxy(machine: Machine, value: Proxy, name: str) -> Values:
    return get_attribute(machine, loaded(machine, value), name)


def _of_partial(_machine: Machine, value: Partial, name: str) -> Values:
    return frozenset({value.target}) if name == "func" else NOTHING


def _of_loader(machine: Machine, value: Loader, name: str) -> Values:
    return loader(machine, value.cls, name)


def _of_property(_machine: Machine, value: Property, name: str) -> Values:
    return frozenset({value}) if name in {"getter", "setter", "deleter"} else NOTHING


def setters(machine: Machine, value: Property) -> Slot:
    """Return where the functions are kept that an assignment to the property runs."""
    return machine.value_slot(value, "setter")


def _of_function(machine: Machine, value: FunctionUnit, name: str) -> Values:
    return machine.read(machine.value_slot(value, name))


_READERS: Mapping[type, Callable[[Machine, Any, str], Values]] = {
    ClassUnit: _of_class,
    Container: _of_container,
    External: _of_external,
    FixtureRequest: request_attribute,
    FunctionUnit: _of_function,
    Instance: instance_attribute,
    Loader: _of_loader,
    ModuleRef: _of_module,
    Partial: _of_partial,
    Property: _of_property,
    Proxy: _of_proxy,
    SuperRef: _of_super,
}


def set_attribute(machine: Machine, value: Value, name: str, values: Values) -> None:
    """Assign to ``value.name``."""
    match value:
        case Instance(site=None):
            write_attribute(machine, value.cls, value.cls.instance, name, values)
        case Instance() | FunctionUnit():
            machine.write(machine.value_slot(value, name), values)
        case ClassUnit():
            write_attribute(machine, value, value.attributes, name, values)
        case ModuleRef():
            _set_global(machine, value.place, name, values)
        case External():
            _set_foreign(machine, value, name, values)
        case Proxy():
            for target in loaded(machine, value):
                set_attribute(machine, target, name, values)
        case _:
            pass


def _set_foreign(machine: Machine, value: External, name: str, values: Values) -> None:
    if value.kind is not None:
        machine.write(machine.kind_slot(value.kind, name), values)
    elif "module_from_spec()" in value.name:
        # module.manager = Blueprint(…): the modules loaded so find it among their globals.
        machine.write(machine.named_slot("injected", name), values)


def _set_global(machine: Machine, place: str, name: str, values: Values) -> None:
    module = machine.finder.module_at(place)
    if module is not None:
        machine.write_shared(machine.modules[module.file.path], name, values)
