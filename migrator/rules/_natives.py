"""What the rules about native libraries share: which calls they may replace, and what is left."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from migrator.coloring.barriers import Barrier, is_served
from migrator.coloring.colors import Colors, Refusal
from migrator.coloring.demand import Demand, Flavor
from migrator.facts.catalog.natives import natives
from migrator.facts.model import Facts, Role, Use
from migrator.findings import Finding
from migrator.index.symbols import FunctionId
from migrator.rules._places import location_of, module_of

_CALLERS = frozenset({Role.APP_FACTORY, Role.CLI_COMMAND, Role.TASK, Role.THREAD_TARGET})
_OFF_THE_LOOP = frozenset(
    barrier.value
    for barrier in (
        Barrier.APP_FACTORY,
        Barrier.CLI_COMMAND,
        Barrier.MODULE_LEVEL,
        Barrier.TASK,
        Barrier.THREAD_TARGET,
    )
)
"""Where blocking is no concern: no event loop waits for it."""


def calls(facts: Facts, native: str) -> Mapping[ast.Call, Use]:
    """Return the calls of the app that *native* would replace, in functions that may await.

    Code that is async for other reasons than requests is left alone.
    """
    found = (use for name in natives()[native].calls for use in facts.names.get(name, ()))
    return {use.call: use for use in found if use.call is not None and _is_of_app(facts, use)}


def _is_of_app(facts: Facts, use: Use) -> bool:
    if use.function is None or module_of(facts, use.node).is_test:
        return False
    if not facts.program.functions[use.function].is_async:
        return True
    return is_served(facts.entry_points.get(use.function, ()))


def wish(facts: Facts, call: ast.Call, use: Use, rule: str, text: str) -> Demand:
    """Return the demand that *call* is awaited in its native form, if that can be."""
    place = location_of(facts, call)
    name = f"{rule} {place.path}:{place.span.line}:{place.span.column}"
    return Demand(call, use.function, Flavor.AWAIT, text, rule, place, wish=name)


def replaced_by_tests(facts: Facts, names: Collection[str]) -> bool:
    """Whether a test puts something in the place of one of the functions *names*.

    A test may name it by its library, or by the module that imports it: ``"shop.views.sleep"``.
    """
    whole = _one_of(names)
    module = _one_of(name.partition(".")[0] for name in names)
    member = _one_of(name.rpartition(".")[2] for name in names)
    pattern = re.compile(
        rf"""["'](?:[\w.]+\.)?{whole}["']"""
        rf"""|["'][\w.]+\.(?:{module}|{member})["']"""
        rf"""|\b{module},\s*["']{member}["']"""
        rf"""|\b{whole}\s*=[^=]"""
    )
    tests = (module for module in facts.program.modules.values() if module.is_test)
    return any(pattern.search(module.file.text) for module in tests)


def _one_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(set(words))))})"


def refusals(facts: Facts, colors: Colors, rule: str) -> Iterator[Refusal]:
    """Yield the refused demands of *rule* whose code may hold up an event loop."""
    for refusal in colors.refused:
        holds_nothing_up = refusal.barrier in _OFF_THE_LOOP or _is_called_off_the_loop(
            facts, refusal.demand.function
        )
        if refusal.demand.rule == rule and not holds_nothing_up:
            yield refusal


def is_taken(facts: Facts, node: ast.AST, name: str) -> bool:
    """Whether the module of *node* uses *name* for anything but the module of that name."""
    for inner in ast.walk(module_of(facts, node).tree):
        match inner:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) | ast.arg(arg=found):
                taken = found == name
            case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found):
                taken = found == name
            case ast.ClassDef(name=found) | ast.alias(asname=str() as found):
                taken = found == name
            case ast.ImportFrom(names=names):
                taken = any(alias.name == name and alias.asname is None for alias in names)
            case _:
                taken = False
        if taken:
            return True
    return False


def off_the_loop(facts: Facts, use: Use) -> bool:
    """Whether *use* runs where no event loop waits for it: at import, in a command or a thread."""
    return use.function is None or _is_called_off_the_loop(facts, use.function)


def _is_called_off_the_loop(facts: Facts, name: FunctionId | None) -> bool:
    return name is not None and any(
        entry.role in _CALLERS for entry in facts.entry_points.get(name, ())
    )


def left(refusal: Refusal, what: str) -> Finding:
    """Return the finding about a call that keeps its blocking form."""
    return Finding(
        refusal.demand.rule,
        refusal.demand.location,
        f"{what} keeps its blocking form: {refusal.reason.text}",
        f"What is in the way stands at {refusal.reason.location}. The call runs off the event "
        "loop, as without --native.",
        "Nothing needs to be done. To have it replaced, take away what is in the way.",
    )
