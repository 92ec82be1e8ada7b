"""Holds the facts against what a run of the tests saw: what was missed, and what is wrong.

A *decision* is a place where the migration must await, or leave the function to Flask: it uses what
is awaitable in Quart, or calls a function of the project that does, or that calls one, and so on.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrator.facts.catalog.awaitable import as_member, awaitable_functions, awaitable_members
from migrator.facts.evidence import SOMETHING_ELSE, Evidence, Place, Ran
from migrator.facts.model import Facts
from migrator.facts.places import Index, Located, index_of
from migrator.index.build import is_test_file
from migrator.index.symbols import FunctionId

_WEAK = "flask.flash"
"""It awaits nothing but a signal, so it makes no caller wait."""

Used = str | FunctionId
"""A member or function of Flask's (``request.form``, ``flask.flash``), or one of the project."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its place, what is used there, and the function that it stands in.

    ``node`` is missing where the migrator did not read the file, or has no such place. ``in_test``
    says that it stands in the project's tests.
    """

    place: Place
    used: Used
    node: Located | None
    function: FunctionId | None
    in_test: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """The decisions that were seen, and those that were inferred and whose place was run.

    ``missed`` were seen and not inferred. ``wrong`` were inferred, and something else was seen in
    their place, each time. ``sure`` are the places of ``missed`` where nothing else was seen.
    """

    found: tuple[Decision, ...] = ()
    missed: tuple[Decision, ...] = ()
    confirmed: tuple[Decision, ...] = ()
    wrong: tuple[Decision, ...] = ()
    sure: frozenset[Place] = frozenset()


NOTHING_SEEN = Agreement()


def compare(facts: Facts, evidence: Evidence) -> Agreement:
    """Return how far *facts* and *evidence* agree."""
    index = index_of(facts.program)
    sights = _sights(index, evidence)
    inferred = _inferred(facts, index)
    needing = _needing(index, sights)
    seen = [it for it in _seen(index, sights) if isinstance(it.used, str) or it.used in needing]
    judged = [it for it in _judged(index, inferred, needing) if sights.get(it.place)]
    return Agreement(
        found=tuple(it for it in seen if it.used in inferred.get(it.place, ())),
        missed=tuple(it for it in seen if it.used not in inferred.get(it.place, ())),
        confirmed=tuple(it for it in judged if it.used in sights[it.place]),
        wrong=tuple(it for it in judged if _is_wrong(it, sights[it.place], inferred[it.place])),
        sure=frozenset(place for place, found in sights.items() if len(found) == 1),
    )


def _sights(index: Index, evidence: Evidence) -> dict[Place, frozenset[Used]]:
    """Return what was seen at each place, without what tests put in the place of something."""
    tests = {it.file.path for it in index.program.modules.values() if it.is_test}
    sights: dict[Place, frozenset[Used]] = {}
    for place, seen in (*evidence.members.items(), *evidence.callees.items()):
        doubles = tests - {place.path} if place.path not in tests else set()
        telling = (_used(index, it) for it in seen if _file(it) not in doubles)
        sights[place] = frozenset(telling)
    return sights


def _file(seen: str | Ran) -> str:
    return seen.path if isinstance(seen, Ran) else seen


def _used(index: Index, seen: str | Ran) -> Used:
    if isinstance(seen, Ran):
        return index.functions.get(seen, SOMETHING_ELSE)
    cls, _, name = seen.rpartition(".")
    member = as_member(cls, name)
    if member is not None:
        return str(member)
    return seen if seen in awaitable_functions() else SOMETHING_ELSE


def _seen(index: Index, sights: Mapping[Place, frozenset[Used]]) -> Iterator[Decision]:
    for place in sorted(sights):
        for used in sorted(sights[place] - {SOMETHING_ELSE}, key=str):
            yield _decision(index, place, used)


def _decision(index: Index, place: Place, used: Used) -> Decision:
    node = index.nodes.get(place)
    return Decision(place, used, node, index.owner(place), _in_test(index, place.path))


def _in_test(index: Index, path: str) -> bool:
    known = (it.is_test for it in index.program.modules.values() if it.file.path == path)
    return next(known, is_test_file(path, ast.Module([], [])))


def _needing(index: Index, sights: Mapping[Place, frozenset[Used]]) -> frozenset[FunctionId]:
    """Return the functions that were seen to need an await, also through what they call."""
    callers: dict[FunctionId, set[FunctionId]] = {}
    waiting: list[FunctionId] = []
    for place, found in sights.items():
        owner = index.owner(place)
        if owner is not None and not _in_test(index, place.path):
            for used in found - {SOMETHING_ELSE, _WEAK}:
                if isinstance(used, str):
                    waiting.append(owner)
                else:
                    callers.setdefault(used, set()).add(owner)
    needing: set[FunctionId] = set()
    while waiting:
        function = waiting.pop()
        if function not in needing:
            needing.add(function)
            waiting.extend(callers.get(function, ()))
    return frozenset(needing)


def _inferred(facts: Facts, index: Index) -> dict[Place, dict[Used, bool]]:
    """Return what the facts say of each place, and whether they are certain of it."""
    found: dict[Place, dict[Used, bool]] = {}
    for cls, names in awaitable_members().items():
        for name in names:
            member = as_member(cls, name)
            for use in facts.members.get(member, ()) if member else ():
                if isinstance(use.node, ast.Attribute):
                    found.setdefault(index.place_of(use.node), {})[str(member)] = use.certain
    for name in awaitable_functions():
        for use in facts.names.get(name, ()):
            if use.call is not None:
                found.setdefault(index.place_of(use.call), {})[name] = use.certain
    for site in facts.calls:
        if isinstance(site.node, Located):
            there = found.setdefault(index.place_of(site.node), {})
            there.update((target, not site.external) for target in site.targets)
    return found


def _judged(
    index: Index, inferred: Mapping[Place, Mapping[Used, bool]], needing: Iterable[FunctionId]
) -> Iterator[Decision]:
    """Yield the decisions that the facts are certain of."""
    relevant = frozenset(needing)
    for place in sorted(inferred):
        for used, certain in inferred[place].items():
            if certain and (isinstance(used, str) or used in relevant):
                yield _decision(index, place, used)


def _is_wrong(decision: Decision, seen: frozenset[Used], inferred: Mapping[Used, bool]) -> bool:
    """Whether none of what was inferred for the place was seen there.

    Of a call that is known to run the project's functions only those tell: a decorator of a
    library's may stand above the function.
    """
    if isinstance(decision.used, str):
        return decision.used not in seen
    return SOMETHING_ELSE not in seen and seen.isdisjoint(inferred)
