"""Decorators of the project: which wrappers call what they decorate, and do nothing else to it.

A *wrapper* is a function that calls a parameter, its own or that of a function around it, as the
inner function of a decorator does. It is *transparent* if it only returns that call, outside
``try``, ``with`` and loops: then it may become ``async def`` over async and sync functions alike.
An opaque one may not: ``try: return view() except X: …`` over a coroutine catches nothing.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrator.facts.model import CallSite, Facts
from migrator.index.symbols import FunctionId

_ALLOWED_AROUND = (ast.If, ast.Match, ast.match_case)


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function that calls what it, or a function around it, was given."""

    function: FunctionId
    sites: tuple[CallSite, ...]
    transparent: bool

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
        name: Wrapper(name, tuple(found), _is_transparent(facts, name, found))
        for name, found in sites.items()
    }


def is_wrapper_site(wrappers: Mapping[FunctionId, Wrapper], site: CallSite) -> bool:
    """Whether the call is that of a wrapper to what it decorates."""
    wrapper = wrappers.get(site.caller) if site.caller is not None else None
    return wrapper is not None and any(site.node is own.node for own in wrapper.sites)


def _calls_parameter(facts: Facts, site: CallSite) -> bool:
    called = site.node.func if isinstance(site.node, ast.Call) else None
    if not isinstance(called, ast.Name):
        return False
    functions = facts.program.functions
    around = site.caller
    while around is not None:
        if called.id in functions[around].parameters:
            return True
        around = functions[around].parent
    return False


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
