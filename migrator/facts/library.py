"""Calls of functions outside the program that pass on, wrap or call what they get."""

from collections.abc import Callable, Mapping

from migrator.facts.attributes import by_dotted_name, get_attribute, set_attribute
from migrator.facts.callbacks import note_callbacks, sort
from migrator.facts.catalog.roles import roles
from migrator.facts.computed_names import (
    functions_named_at_run_time,
    functions_of,
    modules_named_at_run_time,
)
from migrator.facts.containers import contents, elements_of, holding, pair, unpacked
from migrator.facts.externals import attribute_of, result_of
from migrator.facts.fixtures import fixture_values
from migrator.facts.kinds import Kind
from migrator.facts.loaders import loaded_by, with_user
from migrator.facts.machine import Machine
from migrator.facts.model import Role
from migrator.facts.registrations import hand_over
from migrator.facts.units import ClassUnit, FunctionUnit
from migrator.facts.values import (
    NOTHING,
    Arguments,
    Bound,
    Container,
    External,
    Instance,
    Maker,
    Partial,
    Property,
    Proxy,
    Unbinding,
    Value,
    Values,
    join,
)

Call = Callable[[Machine, Values, Arguments], Values]
Handler = Callable[[Machine, Arguments, Call], Values]

_LATER = frozenset({Role.THREAD_TARGET, Role.TASK})
_WITH_NAME = 2
"""Arguments of ``getattr``: an object and a name."""


def call_external(machine: Machine, callee: External, arguments: Arguments, call: Call) -> Values:
    """Return what calling *callee* gives; functions among the arguments are noted."""
    handler = HANDLERS.get(callee.name)
    if handler is not None:
        return handler(machine, arguments, call)
    if arguments.node is not None:
        _note_arguments(machine, callee, arguments, call)
    result = result_of(machine, callee)
    found = with_user(machine, result) if result else NOTHING
    found = join(found, loaded_by(machine, callee, arguments))
    return join(found, _handed_back(callee, arguments))


def _note_arguments(machine: Machine, callee: External, arguments: Arguments, call: Call) -> None:
    passed = arguments.all()
    if not passed or arguments.node is None:
        return
    wraps = bool(_handed_back(callee, arguments))
    hand_over(machine, passed, callee, arguments.node, wraps=wraps)
    if roles().role_of(callee) in _LATER:
        _call_later(machine, arguments, call)


def _call_later(machine: Machine, arguments: Arguments, call: Call) -> None:
    """Let the arguments of a thread or task reach its function."""
    target = arguments.keywords.get("target", NOTHING) or arguments.keywords.get("func", NOTHING)
    if target:
        listed, named = arguments.at(9, "args"), arguments.at(9, "kwargs")
        call(machine, target, unpacked(machine, listed, named))
    for index, values in enumerate(arguments.positional[:2]):
        functions = frozenset(v for v in values if isinstance(v, FunctionUnit | Bound | Partial))
        if functions:
            call(machine, functions, arguments.shifted(index + 1))
            return


def _handed_back(callee: External, arguments: Arguments) -> Values:
    """Return what a foreign function may hand back: the function that it decorates, the app."""
    if (
        not arguments.positional
        or callee.name.startswith("builtins.")
        or callee.name.rpartition(".")[2][:1].isupper()
    ):
        return NOTHING
    first = arguments.positional[0]
    if len(arguments.positional) == 1 and not arguments.keywords:
        return frozenset(value for value in first if _may_be_wrapped(callee, value))
    return NOTHING


def _may_be_wrapped(callee: External, value: Value) -> bool:
    if isinstance(value, External):
        return value.kind in {Kind.APP, Kind.BLUEPRINT} and "()" not in callee.name
    return isinstance(value, FunctionUnit | Bound | Partial)


def _wraps(machine: Machine, _arguments: Arguments, _call: Call) -> Values:
    return frozenset({machine.external("functools.wraps()")})


def _first(_machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return arguments.at(0, "")


def _second(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return join(arguments.at(1, "val"), instances(machine, arguments.at(0, "typ")))


def _every(machine: Machine, arguments: Arguments, call: Call) -> Values:
    elements = elements_of(machine, arguments.at(0, ""))
    sort(machine, elements, arguments, call)
    return holding(machine, arguments.node, elements) if arguments.node is not None else NOTHING


def _next(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return join(elements_of(machine, arguments.at(0, "")), arguments.at(1, ""))


def _enumerate(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    entry = pair(machine, arguments.node, NOTHING, elements_of(machine, arguments.at(0, "")))
    return holding(machine, arguments.node, entry)


def _zip(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    columns = [elements_of(machine, values) for values in arguments.positional]
    return holding(machine, arguments.node, pair(machine, arguments.node, *columns))


def _map(machine: Machine, arguments: Arguments, call: Call) -> Values:
    note_callbacks(machine, arguments)
    columns = tuple(elements_of(machine, values) for values in arguments.positional[1:])
    return holding(machine, arguments.node, call(machine, arguments.at(0, ""), Arguments(columns)))


def _filter(machine: Machine, arguments: Arguments, call: Call) -> Values:
    note_callbacks(machine, arguments)
    elements = elements_of(machine, arguments.at(1, ""))
    call(machine, arguments.at(0, ""), Arguments((elements,)))
    return holding(machine, arguments.node, elements)


def _dict(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    made = machine.container(arguments.node)
    for value in arguments.at(0, ""):
        if isinstance(value, Container):
            machine.write(made.elements, contents(machine, value))
    for name, values in arguments.keywords.items():
        machine.write(made.item(name), values)
    return frozenset({made})


def _partial(machine: Machine, arguments: Arguments, call: Call) -> Values:
    rest = arguments.shifted(1)
    call(machine, arguments.at(0, "func"), rest)
    skip = len(rest.positional)
    return frozenset(machine.make(Partial, target, skip) for target in arguments.at(0, "func"))


def _getattr(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    name = arguments.literal(1)
    if isinstance(name, str):
        return join(get_attribute(machine, arguments.at(0, ""), name), arguments.at(2, ""))
    found = arguments.at(2, "")
    for value in arguments.at(0, ""):
        # getattr(client, method)(…): whichever method it is, it sends a request.
        if isinstance(value, External) and value.kind is Kind.CLIENT:
            found = join(found, attribute_of(machine, value, "open"))
    if arguments.node is None or len(arguments.node.args) < _WITH_NAME:
        return found
    named = functions_named_at_run_time(machine, arguments.at(0, ""), arguments.node)
    return join(found, named)


def _setattr(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    name = arguments.literal(1)
    if isinstance(name, str):
        for value in arguments.at(0, ""):
            set_attribute(machine, value, name, arguments.at(2, ""))
    return NOTHING


def _type(_machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return frozenset(value.cls for value in arguments.at(0, "") if isinstance(value, Instance))


def _property(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    found = []
    for value in arguments.at(0, "fget"):
        getter = value.function if isinstance(value, Bound) else value
        if isinstance(getter, FunctionUnit):
            found.append(machine.make(Property, getter))
    return frozenset(found)


def _static(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return _unbinding(machine, arguments, takes_class=False)


def _class_method(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return _unbinding(machine, arguments, takes_class=True)


def _unbinding(machine: Machine, arguments: Arguments, *, takes_class: bool) -> Values:
    found = []
    for value in arguments.at(0, ""):
        if isinstance(value, FunctionUnit):
            (machine.class_methods if takes_class else machine.static).add(value)
            machine.enqueue(value)
            found.append(machine.make(Unbinding, value, takes_class))
        elif isinstance(value, Property):
            # A class property: @classmethod above @property.
            return frozenset({value})
    return frozenset(found)


def _manager(_machine: Machine, arguments: Arguments, _call: Call) -> Values:
    for value in arguments.at(0, "func"):
        if isinstance(value, FunctionUnit):
            value.is_manager = True
    return arguments.at(0, "func")


def _decorator(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return frozenset(
        machine.make(Maker, value)
        for value in arguments.at(0, "caller")
        if isinstance(value, FunctionUnit)
    )


def _fixture(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    name = arguments.literal(0)
    if isinstance(name, str) and isinstance(machine.current, FunctionUnit):
        return fixture_values(machine, machine.current, name)
    return NOTHING


def _proxy(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    loaders = [v for v in arguments.at(0, "local") if isinstance(v, FunctionUnit | Bound)]
    if not loaders:
        return frozenset({machine.external("werkzeug.local.LocalProxy()")})
    return frozenset(machine.make(Proxy, loader) for loader in loaders)


def _method_type(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    return frozenset(
        machine.bound(function, receiver)
        for function in arguments.at(0, "")
        for receiver in arguments.at(1, "")
        if isinstance(function, FunctionUnit)
    )


def _import_string(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    name = arguments.literal(0)
    if isinstance(name, str):
        return by_dotted_name(machine, name)
    if arguments.node is None or not arguments.node.args:
        return NOTHING
    return modules_named_at_run_time(machine, arguments.node.args[0])


def _members(machine: Machine, arguments: Arguments, _call: Call) -> Values:
    functions = functions_of(machine, arguments.at(0, "object"))
    return holding(machine, arguments.node, pair(machine, arguments.node, NOTHING, functions))


def instances(machine: Machine, values: Values) -> Values:
    """Return what values annotated with *values* may be: instances of these classes."""
    found = NOTHING
    for value in values:
        if isinstance(value, ClassUnit):
            found = join(found, frozenset({machine.instance(value)}))
        elif isinstance(value, External) and value.name.rpartition(".")[2][:1].isupper():
            result = result_of(machine, value)
            found = join(found, frozenset({result})) if result else found
    return found


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(
        (
            "builtins.property",
            "django.utils.functional.cached_property",
            "flask.helpers.locked_cached_property",
            "functools.cached_property",
            "sqlalchemy.ext.hybrid.hybrid_property",
            "werkzeug.utils.cached_property",
        ),
        _property,
    ),
    **dict.fromkeys(("contextlib.contextmanager", "contextlib.asynccontextmanager"), _manager),
    **dict.fromkeys(
        (
            "builtins.frozenset",
            "builtins.iter",
            "builtins.list",
            "builtins.max",
            "builtins.min",
            "builtins.reversed",
            "builtins.set",
            "builtins.sorted",
            "builtins.tuple",
            "itertools.chain",
        ),
        _every,
    ),
    **dict.fromkeys(
        (
            "contextlib.closing",
            "contextlib.nullcontext",
            "copy.copy",
            "copy.deepcopy",
            "flask.copy_current_request_context",
            "flask.stream_with_context",
            "functools.update_wrapper",
            "functools.wraps()",
            "importlib.reload",
            "inspect.unwrap",
            "weakref.proxy",
        ),
        _first,
    ),
    "builtins.classmethod": _class_method,
    "builtins.dict": _dict,
    "builtins.enumerate": _enumerate,
    "builtins.filter": _filter,
    "builtins.getattr": _getattr,
    "builtins.map": _map,
    "builtins.next": _next,
    "builtins.setattr": _setattr,
    "builtins.staticmethod": _static,
    "builtins.type": _type,
    "builtins.zip": _zip,
    "decorator.decorator": _decorator,
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "functools.wraps": _wraps,
    "importlib.import_module": _import_string,
    "inspect.getmembers": _members,
    "pytest.FixtureRequest().getfixturevalue": _fixture,
    "pytest.param": _first,
    "types.MethodType": _method_type,
    "typing.cast": _second,
    "werkzeug.local.LocalProxy": _proxy,
    "werkzeug.LocalProxy": _proxy,
    "werkzeug.utils.import_string": _import_string,
}
"""Functions whose result is known from their arguments."""
