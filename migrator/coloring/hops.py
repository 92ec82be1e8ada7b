"""Calls of async functions that synchronous code of the lane may do by a hop.

Such a hop runs to its end even where the client disconnects (`compat_shims.uncut`), so it may stand
in the middle of a write. What an async function offloads runs in a lane; Flask code does where a
request is answered.
"""

import ast
from collections.abc import Iterator, Mapping

from migrator.coloring.barriers import is_served
from migrator.coloring.wrappers import Wrapper, is_wrapper_site
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import CallSite, Facts, Role
from migrator.index.symbols import FunctionId

_CROSSING = frozenset({Kind.CONFIG, Kind.FORM, Kind.G, Kind.RESPONSE, Kind.SESSION})
_SAYS_NOTHING_OF_CALLERS = frozenset({Role.CONSTRUCTOR, Role.PROPERTY, Role.PATCHED_BY_TESTS})

Sites = Mapping[FunctionId, tuple[CallSite, ...]]


def hoppable(
    facts: Facts, wrappers: Mapping[FunctionId, Wrapper], sites: Sites, guesses: Sites
) -> frozenset[ast.AST]:
    """Return the calls that Flask code may do by a hop, if it is Flask code that they stand in.

    What a wrapper decorates needs none: where the wrapper is Flask code, it is shown as sync.
    """
    outside = _outside_requests(facts, sites, guesses)
    return frozenset(
        site.node
        for name, found in sites.items()
        if name not in outside
        for site in found
        if _is_crossed_by_data(facts, site.node) and not is_wrapper_site(wrappers, site)
    )


def saves(facts: Facts) -> Iterator[ast.Call]:
    """Yield the calls that save an upload: Flask code may have got it of async code."""
    for use in facts.members.get(Member(Kind.FILE_STORAGE, "save"), ()):
        if use.call is not None:
            yield use.call


def _is_crossed_by_data(facts: Facts, call: ast.AST) -> bool:
    """Whether neither a request nor a file of one framework gets to code of the other.

    A response is shown as the other's by ``uncut``.
    """
    if not isinstance(call, ast.Call):
        return False
    values = (call, *call.args, *(keyword.value for keyword in call.keywords))
    return all(facts.kinds_at.get(value, frozenset()) <= _CROSSING for value in values)


def _outside_requests(facts: Facts, sites: Sites, guesses: Sites) -> frozenset[FunctionId]:
    """Return the functions that may run where no request is answered: there is no lane."""
    found = {name for name in facts.program.functions if not _is_known(facts, guesses, name)}
    found |= {target for site in facts.calls if site.caller is None for target in site.targets}
    waiting = list(found)
    while waiting:
        more = {it for site in sites.get(waiting.pop(), ()) for it in site.targets} - found
        found |= more
        waiting.extend(more)
    return frozenset(found)


def _is_known(facts: Facts, guesses: Sites, name: FunctionId) -> bool:
    """Whether it is known who calls the function: the framework, or the program.

    What nothing calls may be async as any other function: a library serves it, or it is dead code.
    """
    if guesses.get(name):
        return False
    entries = [
        it for it in facts.entry_points.get(name, ()) if it.role not in _SAYS_NOTHING_OF_CALLERS
    ]
    return not entries or is_served(entries)
