"""Where async cannot go: every barrier has a name, and a section in the documentation.

A function behind a barrier is called by code that cannot await. If it needs an await, it stays
Flask code (it is *bridged*). The value of each barrier is its anchor in ``docs``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from migrator.coloring.colors import Link
from migrator.coloring.wrappers import Wrapper, is_wrapper_site
from migrator.facts.kinds import Kind
from migrator.facts.model import CallSite, EntryPoint, Facts, Role
from migrator.index.symbols import Function, FunctionId


class Barrier(StrEnum):
    """Why a function must stay synchronous."""

    CONSTRUCTOR = "constructor"
    PROPERTY = "property"
    SPECIAL_METHOD = "special-method"
    GENERATOR = "generator"
    CONTEXT_MANAGER = "context-manager"
    LAMBDA = "lambda"
    MODULE_LEVEL = "module-level"
    APP_FACTORY = "app-factory"
    CLI_COMMAND = "cli-command"
    SHELL_CONTEXT = "shell-context"
    THREAD_TARGET = "thread-target"
    TASK = "task"
    STARTS_LOOP = "starts-loop"
    URL_PROCESSOR = "url-processor"
    TEMPLATE_FUNCTION = "template-function"
    SIGNAL_RECEIVER = "signal-receiver"
    VALUE_ESCAPE = "value-escape"
    OVERRIDES_LIBRARY = "overrides-library"
    OPAQUE_DECORATOR = "opaque-decorator"
    MIXED_CALL = "mixed-call"
    CALLED_BY_TESTS = "called-by-tests"
    PATCHED_BY_TESTS = "patched-by-tests"
    NEEDS_FLASK = "needs-flask"
    CUT_WRITE = "cut-write"
    LOOP_OF_WAITS = "loop-of-waits"
    WEAK_NEED = "weak-need"
    STRATEGY = "strategy"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A barrier in front of one function, and where it is arranged.

    ``source`` is the function that stands behind the barrier itself, where this one is only
    called by it.
    """

    barrier: Barrier
    link: Link
    source: FunctionId | None = None


_BY_ROLE: Mapping[Role, Barrier] = {
    Role.CALLED_BY_TESTS: Barrier.CALLED_BY_TESTS,
    Role.PATCHED_BY_TESTS: Barrier.PATCHED_BY_TESTS,
    Role.APP_FACTORY: Barrier.APP_FACTORY,
    Role.CLI_COMMAND: Barrier.CLI_COMMAND,
    Role.THREAD_TARGET: Barrier.THREAD_TARGET,
    Role.TASK: Barrier.TASK,
    Role.STARTS_LOOP: Barrier.STARTS_LOOP,
    Role.URL_PROCESSOR: Barrier.URL_PROCESSOR,
    Role.TEMPLATE_FUNCTION: Barrier.TEMPLATE_FUNCTION,
    Role.SHELL_CONTEXT: Barrier.SHELL_CONTEXT,
    Role.CONSTRUCTOR: Barrier.CONSTRUCTOR,
    Role.PROPERTY: Barrier.PROPERTY,
    Role.SPECIAL_METHOD: Barrier.SPECIAL_METHOD,
    Role.CONTEXT_MANAGER: Barrier.CONTEXT_MANAGER,
    Role.GENERATOR: Barrier.GENERATOR,
    Role.LAMBDA: Barrier.LAMBDA,
    Role.ESCAPES: Barrier.VALUE_ESCAPE,
}
"""Outside callers that cannot await, the most telling first."""

_OF_STREAMS = frozenset({Role.GENERATOR, Role.ESCAPES})

_FRAMEWORK = ("flask.", "quart.", "werkzeug.", *(f"{kind.value}." for kind in Kind))
_REST = ("flask_restful.", "flask_restx.", "flask_restplus.", "flask_smorest.")
_REST_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_SERVED = frozenset(
    {
        Role.VIEW,
        Role.VIEW_METHOD,
        Role.BEFORE_REQUEST,
        Role.AFTER_REQUEST,
        Role.TEARDOWN,
        Role.ERROR_HANDLER,
        Role.CONTEXT_PROCESSOR,
        Role.EXTENSION_CALLBACK,
        Role.OVERRIDES_COROUTINE,
    }
)
"""Roles of functions that the framework or an extension calls and whose result it passes on."""


def of_function(
    facts: Facts, wrappers: Mapping[FunctionId, Wrapper], function: Function
) -> Obstacle | None:
    """Return the first barrier in front of *function*, without looking at its decorators."""
    entries = outside_callers(facts, function.id)
    return (
        _of_roles(entries)
        or _of_receivers(entries)
        or _of_overrides(entries)
        or _of_callers(facts, wrappers, facts.callers.get(function.id, ()))
        or _of_form(facts, function)
    )


def of_stream(
    facts: Facts, wrappers: Mapping[FunctionId, Wrapper], function: Function
) -> Obstacle | None:
    """Return the first barrier in front of a generator of which every use is known.

    So nothing outside the project gets hold of it, except Quart, which reads async ones, too.
    """
    entries = [it for it in outside_callers(facts, function.id) if it.role not in _OF_STREAMS]
    return _of_roles(entries) or _of_callers(facts, wrappers, facts.callers.get(function.id, ()))


def outside_callers(facts: Facts, name: FunctionId) -> tuple[EntryPoint, ...]:
    """Return who calls *name* from outside, without the decorators that stand on it.

    A decorator is handed the function as an argument, but what it makes of it is judged by
    :mod:`migrator.coloring.decorated`.
    """
    decorators = {
        by for decoration in facts.decorations.get(name, ()) for by in decoration.external
    }
    return tuple(
        entry
        for entry in facts.entry_points.get(name, ())
        if entry.role is not Role.ESCAPES or entry.via not in decorators
    )


def is_served(entries: Iterable[EntryPoint]) -> bool:
    """Whether the framework or an extension calls the function and passes its result on."""
    return any(entry.role in _SERVED or _is_rest_method(entry) for entry in entries)


def is_called_by_extension(entries: Iterable[EntryPoint]) -> bool:
    """Whether a library beside the framework calls the function: it gets ``as_sync``."""
    return any(
        entry.role is Role.EXTENSION_CALLBACK
        or _is_rest_method(entry)
        or (entry.role in _SERVED and not entry.via.startswith(_FRAMEWORK))
        for entry in entries
    )


def _of_roles(entries: Iterable[EntryPoint]) -> Obstacle | None:
    by_role = {entry.role: entry for entry in entries}
    for role, barrier in _BY_ROLE.items():
        if role in by_role:
            return _arranged(barrier, by_role[role])
    return None


def _of_receivers(entries: Iterable[EntryPoint]) -> Obstacle | None:
    """Quart awaits receivers of its own signals only; blinker's ``send`` does not.

    https://blinker.readthedocs.io/en/stable/#async-receivers
    """
    for entry in entries:
        if entry.role is Role.SIGNAL_RECEIVER and not entry.via.startswith(_FRAMEWORK):
            return _arranged(Barrier.SIGNAL_RECEIVER, entry)
    return None


def _of_overrides(entries: Iterable[EntryPoint]) -> Obstacle | None:
    for entry in entries:
        if entry.role is Role.OVERRIDES_EXTERNAL and not _is_rest_method(entry):
            return _arranged(Barrier.OVERRIDES_LIBRARY, entry)
    return None


def _is_rest_method(entry: EntryPoint) -> bool:
    return entry.via.startswith(_REST) and entry.via.rpartition(".")[2] in _REST_METHODS


def _arranged(barrier: Barrier, entry: EntryPoint) -> Obstacle:
    by = f" (`{entry.via}`)" if entry.via else ""
    return Obstacle(barrier, Link(entry.location, f"{entry.role}{by}: it cannot be awaited there"))


def _of_callers(
    facts: Facts, wrappers: Mapping[FunctionId, Wrapper], sites: Iterable[CallSite]
) -> Obstacle | None:
    for site in sites:
        if is_test_site(facts, site):
            text = "called by tests, which stay as they are"
            return Obstacle(Barrier.CALLED_BY_TESTS, Link(site.location, text))
        if site.caller is None:
            text = "called while a module is imported, where nothing can be awaited"
            return Obstacle(Barrier.MODULE_LEVEL, Link(site.location, text))
        if site.external and not is_wrapper_site(wrappers, site):
            text = "this call may also run code outside the project"
            return Obstacle(Barrier.MIXED_CALL, Link(site.location, text))
    return None


def of_guesses(facts: Facts, function: Function, sites: Sequence[CallSite]) -> Obstacle | None:
    """Return the call that may run *function*, for all that its name says, but is not known to.

    An await there might wait for something else. What the framework calls is not called so.
    """
    if not sites or is_served(facts.entry_points.get(function.id, ())):
        return None
    text = "the receiver of this call is not known: it may run this function"
    return Obstacle(Barrier.MIXED_CALL, Link(sites[0].location, text))


def is_test_site(facts: Facts, site: CallSite) -> bool:
    """Whether the call stands in the project's tests."""
    return facts.program.modules[facts.program.module_of[site.node]].is_test


def _of_form(facts: Facts, function: Function) -> Obstacle | None:
    """Judge by the definition itself, for what has no role of its own."""
    barrier = _form(function)
    if barrier is None:
        return None
    location = facts.program.modules[function.module].file.location(function.node)
    return Obstacle(barrier, Link(location, f"a {barrier.replace('-', ' ')} cannot be async"))


def _form(function: Function) -> Barrier | None:
    if function.name == "<lambda>":
        return Barrier.LAMBDA
    if function.is_generator and not function.is_async:
        return Barrier.GENERATOR
    if function.owner is None or not function.name.startswith("__"):
        return None
    if function.name in {"__init__", "__new__"}:
        return Barrier.CONSTRUCTOR
    return Barrier.SPECIAL_METHOD if function.name.endswith("__") else None


def arranged_for(facts: Facts, name: FunctionId) -> Obstacle | None:
    """Return the barrier that an outside caller of *name* is, whatever its definition."""
    return _of_roles(outside_callers(facts, name))
