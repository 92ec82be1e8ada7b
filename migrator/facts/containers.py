"""Lists, tuples, dictionaries and generators: what goes in and what comes out."""

from migrator.facts.attributes import instance_attribute
from migrator.facts.classes import made_by_base
from migrator.facts.externals import element_of
from migrator.facts.machine import Machine
from migrator.facts.values import (
    NOTHING,
    Arguments,
    Bound,
    Container,
    ContainerMethod,
    External,
    GeneratorObject,
    Instance,
    Loader,
    Value,
    Values,
    join,
)

_ADDING = frozenset({"add", "append", "appendleft", "insert", "put", "setdefault"})
_MERGING = frozenset({"extend", "extendleft", "update"})
_SAME = frozenset({"copy", "keys", "values"})
_TAKING = frozenset({"get", "pop", "popleft", "popitem", "setdefault"})
_MOST_ARGUMENTS = 16
"""So many places of a list are told apart where it is spread over parameters."""


def elements_of(machine: Machine, values: Values) -> Values:
    """Return what iterating over any of *values* gives."""
    found = NOTHING
    for value in values:
        found = join(found, _elements(machine, value))
    return found


def _elements(machine: Machine, value: Value, depth: int = 0) -> Values:
    match value:
        case Container():
            return contents(machine, value)
        case GeneratorObject():
            return machine.read(value.function.yields)
        case Loader():
            return frozenset({machine.instance(value.cls)})
        case External():
            element = element_of(machine, value)
            return frozenset({element}) if element else NOTHING
        case Instance() if depth == 0:
            return _iterated(machine, value)
        case _:
            return NOTHING


def _iterated(machine: Machine, instance: Instance) -> Values:
    found = NOTHING
    for method in instance_attribute(machine, instance, "__iter__"):
        if isinstance(method, Bound):
            function = method.function
            if function.function.is_generator:
                found = join(found, machine.read(function.yields))
            for value in machine.read(function.returns):
                found = join(found, _elements(machine, value, depth=1))
    for method in instance_attribute(machine, instance, "__next__"):
        if isinstance(method, Bound):
            found = join(found, machine.read(method.function.returns))
    return found


def contents(machine: Machine, container: Container) -> Values:
    """Return everything that *container* may hold."""
    found = machine.read(container.elements)
    for slot in list(container.items.values()):
        found = join(found, machine.read(slot))
    return found


def item_of(machine: Machine, value: Value, key: int | str | None) -> Values:
    """Return what ``value[key]`` may be; *key* is ``None`` where it is not literal."""
    if isinstance(value, Instance):
        return _elements(machine, value) or _item_of_base(machine, value)
    if not isinstance(value, Container):
        return _elements(machine, value)
    if key is None:
        return contents(machine, value)
    return join(machine.read(value.elements), machine.read(value.item(key)))


def _item_of_base(machine: Machine, instance: Instance) -> Values:
    """Return what a foreign base class gives, where the program says nothing of ``[]``."""
    base = made_by_base(machine, instance.cls)
    element = element_of(machine, base) if base else None
    return frozenset({element}) if element else NOTHING


def unpacked(machine: Machine, listed: Values, named: Values) -> Arguments:
    """Return the arguments of a call with ``*listed, **named``."""
    positional = [NOTHING] * _MOST_ARGUMENTS
    keywords: dict[str, Values] = {}
    rest = NOTHING
    for value in listed | named:
        if not isinstance(value, Container):
            rest = join(rest, _elements(machine, value))
            continue
        for key, slot in list(value.items.items()):
            held = machine.read(slot)
            if isinstance(key, str):
                keywords[key] = join(keywords.get(key, NOTHING), held)
            elif 0 <= key < _MOST_ARGUMENTS:
                positional[key] = join(positional[key], held)
        rest = join(rest, machine.read(value.elements))
    while positional and not positional[-1]:
        positional.pop()
    return Arguments(tuple(positional), keywords, rest.difference(*positional))


def set_item(machine: Machine, container: Container, key: int | str | None, values: Values) -> None:
    """Assign to ``container[key]``."""
    machine.write(container.elements if key is None else container.item(key), values)


def pair(machine: Machine, key: object, *items: Values) -> Values:
    """Return a tuple of *items*, made once for *key*."""
    made = machine.container(("pair", key))
    for index, values in enumerate(items):
        machine.write(made.item(index), values)
    return frozenset({made})


def holding(machine: Machine, key: object, values: Values) -> Values:
    """Return a container of *values*, made once for *key*."""
    made = machine.container(("holding", key))
    machine.write(made.elements, values)
    return frozenset({made})


def call_container_method(
    machine: Machine, method: ContainerMethod, arguments: Arguments
) -> Values:
    """Return what ``container.name(…)`` gives, and put in what it adds."""
    container, name = method.container, method.name
    if name in _ADDING:
        for values in arguments.positional:
            machine.write(container.elements, values)
    if name in _MERGING:
        _merge(machine, container, arguments)
    if name in _SAME:
        return frozenset({container})
    if name == "items":
        entry = pair(machine, container, NOTHING, contents(machine, container))
        return holding(machine, (container, "items"), entry)
    if name in _TAKING:
        key = arguments.literal(0)
        found = item_of(machine, container, key)
        return found.union(*arguments.positional[1:])
    return NOTHING


def _merge(machine: Machine, container: Container, arguments: Arguments) -> None:
    for values in arguments.positional:
        for value in values:
            if isinstance(value, Container):
                for key, slot in list(value.items.items()):
                    machine.write(container.item(key), machine.read(slot))
                machine.write(container.elements, machine.read(value.elements))
            else:
                machine.write(container.elements, _elements(machine, value))
    for name, values in arguments.keywords.items():
        machine.write(container.item(name), values)
