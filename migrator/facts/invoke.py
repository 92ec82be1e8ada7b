"""Calls: what runs, what reaches its parameters, and what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from migrator.facts.attributes import instance_attribute, loaded
from migrator.facts.callbacks import sort
from migrator.facts.classes import class_attribute
from migrator.facts.containers import call_container_method, contents
from migrator.facts.library import call_external
from migrator.facts.loaders import load
from migrator.facts.machine import Machine
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Arguments,
    Bound,
    ContainerMethod,
    External,
    GeneratorObject,
    Instance,
    Loader,
    Maker,
    ManagerObject,
    Partial,
    Proxy,
    Unbinding,
    Value,
    Values,
    join,
)

MOST_CALLEES = 12
"""To more functions than this, one call passes only what is of the framework."""

Site = FunctionUnit | ClassUnit | None


def call(machine: Machine, callees: Values, arguments: Arguments, site: Site = None) -> Values:
    """Return what calling any of *callees* gives.

    ``site`` is what is being decorated, if this call is part of a decorator: functions that make
    closures are then cloned for it.
    """
    if len(callees) > MOST_CALLEES:
        arguments = arguments.telling()
    found = NOTHING
    for callee in callees:
        found = join(found, call_one(machine, callee, arguments, site))
    return found


def call_one(machine: Machine, callee: Value, arguments: Arguments, site: Site = None) -> Values:
    """Return what calling *callee* gives."""
    caller = _CALLERS.get(callee.__class__)
    return caller(machine, callee, arguments, site) if caller is not None else NOTHING


def _call_function(
    machine: Machine, callee: FunctionUnit, arguments: Arguments, site: Site
) -> Values:
    return _run(machine, _in_context(machine, callee, arguments, site), arguments, skip=0)


def _in_context(
    machine: Machine, function: FunctionUnit, arguments: Arguments, site: Site
) -> FunctionUnit:
    """Return the copy of *function* that takes part in the decoration of *site*."""
    if site is None or function.site is not None:
        return function
    if function.id in machine.closure_makers or arguments.has_functions():
        return machine.clone(function, site)
    return function


def _call_method(machine: Machine, callee: Bound, arguments: Arguments, site: Site) -> Values:
    function, receiver = callee.function, callee.receiver
    if isinstance(receiver, Instance) and receiver.site is not None:
        function = machine.method_of(function, receiver)
    else:
        function = _in_context(machine, function, arguments, site)
    if function.owner is None or not isinstance(receiver, Instance):
        for name in function.positional[:1]:
            machine.write(function.slot(name), frozenset({receiver}))
    return _run(machine, function, arguments, skip=1)


def _run(machine: Machine, function: FunctionUnit, arguments: Arguments, skip: int) -> Values:
    bind_arguments(machine, function, arguments, skip)
    return returned(machine, function)


def returned(machine: Machine, function: FunctionUnit) -> Values:
    """Return what a call of *function* gives, a generator or context manager included."""
    if function.is_manager:
        return frozenset({machine.make(ManagerObject, function)})
    if function.function.is_generator:
        return frozenset({machine.make(GeneratorObject, function)})
    return machine.read(function.returns)


def bind_arguments(
    machine: Machine, function: FunctionUnit, arguments: Arguments, skip: int
) -> None:
    """Let the arguments of a call reach the parameters; the first *skip* are bound already."""
    names = function.positional[skip:]
    for name, values in zip(names, arguments.positional, strict=False):
        machine.write(function.slot(name), values)
    for index, values in enumerate(arguments.positional[len(names) :]):
        if function.vararg:
            extra = machine.container(function.function.node, function)
            machine.write(extra.item(index), values)
            machine.write(extra.elements, values)
    for name, values in arguments.keywords.items():
        if name in function.named:
            machine.write(function.slot(name), values)
        elif function.kwarg:
            machine.write(
                machine.container(function.function.node.args, function).item(name), values
            )
    if arguments.rest:
        _bind_rest(machine, function, arguments, names[len(arguments.positional) :])


def _bind_rest(
    machine: Machine, function: FunctionUnit, arguments: Arguments, names: tuple[str, ...]
) -> None:
    for name in (*names, *function.keyword_only):
        if name not in arguments.keywords:
            machine.write(function.slot(name), arguments.rest)
    if function.vararg:
        machine.write(machine.container(function.function.node, function).elements, arguments.rest)
    if function.kwarg:
        machine.write(
            machine.container(function.function.node.args, function).elements, arguments.rest
        )


def _make_instance(machine: Machine, cls: ClassUnit, arguments: Arguments, site: Site) -> Values:
    if site is not None and not class_attribute(machine, cls, "__call__"):
        site = None
    instance = machine.instance(cls, site=site)
    for name in ("__init__", "__new__"):
        for method in class_attribute(machine, cls, name):
            if isinstance(method, FunctionUnit):
                _call_method(machine, machine.bound(method, instance), arguments, None)
    return frozenset({instance})


def _make_decorated(machine: Machine, maker: Maker, arguments: Arguments, site: Site) -> Values:
    """Decorate with what ``decorator.decorator`` made: the caller gets the function first."""
    caller = machine.clone(maker.caller, site) if site is not None else maker.caller
    for name in caller.positional[:1]:
        machine.write(caller.slot(name), arguments.at(0, ""))
    return frozenset({machine.make(Partial, caller, 1)})


def _call_partial(machine: Machine, partial: Partial, arguments: Arguments, site: Site) -> Values:
    given = (NOTHING,) * partial.skip
    shifted = replace(arguments, positional=given + arguments.positional)
    return call_one(machine, partial.target, shifted, site)


def _call_instance(machine: Machine, callee: Instance, arguments: Arguments, site: Site) -> Values:
    return call(machine, instance_attribute(machine, callee, "__call__"), arguments, site)


def _call_external(machine: Machine, callee: External, arguments: Arguments, _site: Site) -> Values:
    return call_external(machine, callee, arguments, call)


def _call_container(
    machine: Machine, callee: ContainerMethod, arguments: Arguments, _site: Site
) -> Values:
    if callee.name == "sort":
        sort(machine, contents(machine, callee.container), arguments, call)
    return call_container_method(machine, callee, arguments)


def _call_loader(machine: Machine, callee: Loader, _arguments: Arguments, _site: Site) -> Values:
    return load(machine, callee.cls, callee.name)


def _call_proxy(machine: Machine, callee: Proxy, arguments: Arguments, site: Site) -> Values:
    return call(machine, loaded(machine, callee), arguments, site)


def _call_unbound(machine: Machine, callee: Unbinding, arguments: Arguments, site: Site) -> Values:
    return call_one(machine, callee.function, arguments, site)


_CALLERS: Mapping[type, Callable[[Machine, Any, Arguments, Site], Values]] = {
    Bound: _call_method,
    ClassUnit: _make_instance,
    ContainerMethod: _call_container,
    External: _call_external,
    FunctionUnit: _call_function,
    Instance: _call_instance,
    Loader: _call_loader,
    Maker: _make_decorated,
    Partial: _call_partial,
    Proxy: _call_proxy,
    Unbinding: _call_unbound,
}
