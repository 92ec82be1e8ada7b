"""Decorators of the project: which wrappers call what they decorate, and do nothing else to it.

A *wrapper* is a function that calls a parameter, its own or that of a function around it, as the
inner function of a decorator does. It is *transparent* if it only returns that call, outside
``try``, ``with`` and loops: then it may become ``async def`` over async and sync functions alike.
An opaque one may not: ``try: return view() except X: …`` over a coroutine catches nothing. One that
decorates inline (``login_required(view)()``) has other code call the function: it stays sync.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId

_ALLOWED_AROUND = (ast.If, ast.Match, ast.match_case)


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function that calls what it, or a function around it, was given.

    ``is_own`` says that it was given all of it itself, as a callback; ``is_inline`` that it
    decorates once more what it was given, and calls that.
    """

    function: FunctionId
    sites: tuple[CallSite, ...]
    transparent: bool
    is_own: bool
    is_inline: bool

    @property
    def targets(self) -> frozenset[FunctionId]:
        """What it decorates, as far as the program tells."""
        return frozenset(target for site in self.sites for target in site.targets)


def find_wrappers(facts: Facts) -> Mapping[FunctionId, Wrapper]:
    """Find the wrappers of the app."""
    sites: dict[FunctionId, list[CallSite]] = {}
    for site in facts.calls:
        if site.caller is not None and _calls_parameter(facts, site):
            sites.setdefault(site.caller, []).append(site)
    return {
        name: Wrapper(
            name,
            tuple(found),
            _is_transparent(facts, name, found),
            all(_calls_own_parameter(facts, site) for site in found),
            any(_decorates_inline(site) for site in found),
        )
        for name, found in sites.items()
    }


def is_wrapper_site(wrappers: Mapping[FunctionId, Wrapper], site: CallSite) -> bool:
    """Whether the call is that of a wrapper to what it decorates."""
    wrapper = wrappers.get(site.caller) if site.caller is not None else None
    return wrapper is not None and any(site.node is own.node for own in wrapper.sites)


def _calls_parameter(facts: Facts, site: CallSite) -> bool:
    called = _called(site)
    if called is None:
        return False
    functions = facts.program.functions
    around = site.caller
    while around is not None:
        if called.id in functions[around].parameters:
            return True
        around = functions[around].parent
    return False


def _called(site: CallSite) -> ast.Name | None:
    """Return the name that is called, or that is decorated and called: ``limit(view)()``."""
    match site.node:
        case ast.Call(func=ast.Name() as name) | ast.Call(func=ast.Call(args=[ast.Name() as name])):
            return name
        case _:
            return None


def _decorates_inline(site: CallSite) -> bool:
    return isinstance(site.node, ast.Call) and isinstance(site.node.func, ast.Call)


def _calls_own_parameter(facts: Facts, site: CallSite) -> bool:
    called = _called(site)
    caller = facts.program.functions[site.caller] if site.caller is not None else None
    return called is not None and caller is not None and called.id in caller.parameters


def _is_transparent(facts: Facts, name: FunctionId, sites: Iterable[CallSite]) -> bool:
    function = facts.program.functions[name]
    if function.is_generator or isinstance(function.node, ast.Lambda):
        return False
    return all(_only_returned(facts, site, function.node) for site in sites)


def _only_returned(facts: Facts, site: CallSite, function: ast.AST) -> bool:
    parent = facts.program.parent
    statement = parent[site.node]
    if not isinstance(statement, ast.Return):
        return False
    return all(isinstance(node, _ALLOWED_AROUND) for node in _between(statement, function, parent))


def _between(
    statement: ast.AST, function: ast.AST, parent: Mapping[ast.AST, ast.AST]
) -> Iterator[ast.AST]:
    above = parent[statement]
    while above is not function:
        yield above
        above = parent[above]
