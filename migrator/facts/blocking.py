"""Which places of which functions hold their thread, by themselves or through what they call."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from migrator.facts.abstract import running_sites
from migrator.facts.after_commit import find_expired
from migrator.facts.catalog.blocking import PROXIES, Effect
from migrator.facts.catalog.judge import judge
from migrator.facts.guesses import guess_sites
from migrator.facts.model import BlockingPlace, CallSite, Facts
from migrator.facts.models import find_models, is_entity
from migrator.facts.waits import Wait, find_waits
from migrator.index.symbols import Function, FunctionId
from migrator.source.span import Location

_Places = dict[FunctionId, dict[ast.expr, BlockingPlace]]
_Sites = Mapping[FunctionId, tuple[CallSite, ...]]


@dataclass(frozen=True, slots=True)
class _Effects:
    """What running a function does besides holding its thread."""

    writes: bool = False
    commits: bool = False
    sends: bool = False

    def joined(self, other: "_Effects | BlockingPlace") -> "_Effects":
        return _Effects(
            self.writes or other.writes,
            self.commits or other.commits,
            self.sends or other.sends,
        )


def find_blocking(facts: Facts) -> Mapping[FunctionId, tuple[BlockingPlace, ...]]:
    """Find the blocking places of every function outside the tests, in the order of the source.

    The call of a function that blocks is a place too, with that function as its ``through``. A
    statement whose text is not known counts as a write where its function commits.
    """
    models = find_models(facts)
    places: _Places = {}
    guesses = guess_sites(facts)
    _add_waits(facts, places, find_waits(facts, models))
    _add_calls(facts, places, guesses)
    if models.expiring:
        _add_waits(facts, places, find_expired(facts, models, _commits(places)))
        _add_calls(facts, places, guesses)
    return {name: _in_order(found.values()) for name, found in sorted(places.items())}


def pending_writes(facts: Facts) -> Mapping[FunctionId, tuple[ast.expr, ...]]:
    """Return what marks a write without waiting, by function.

    That is ``session.add``, and setting an attribute of a model.
    """
    found: dict[FunctionId, list[ast.expr]] = {}
    for node in (*_pending_calls(facts), *_set_attributes(facts)):
        owner = facts.program.owner[node]
        if owner is not None:
            found.setdefault(owner, []).append(node)
    return {name: tuple(nodes) for name, nodes in found.items()}


def _pending_calls(facts: Facts) -> Iterator[ast.expr]:
    for name, uses in facts.names.items():
        if judge(name).effect is Effect.PENDING:
            yield from (use.call for use in uses if use.call is not None)


def _set_attributes(facts: Facts) -> Iterator[ast.expr]:
    models = find_models(facts)
    if not models.expiring:
        return
    for node in facts.program.parent:
        kind = node.__class__
        if kind is ast.Attribute and isinstance(node, ast.Attribute) and _is_set(node):
            proxied = not facts.names_at.get(node.value, frozenset()).isdisjoint(PROXIES)
            if proxied or is_entity(facts, models, node.value):
                yield node


def _is_set(node: ast.Attribute) -> bool:
    return node.ctx.__class__ is ast.Store


def _add_waits(facts: Facts, places: _Places, waits: Iterable[Wait]) -> None:
    owned = [(owner, wait) for wait in waits if (owner := _owner(facts, wait.node)) is not None]
    committing = {owner for owner, wait in owned if wait.effect is Effect.COMMIT}
    for owner, wait in owned:
        if wait.effect is not Effect.PENDING:
            _add(places, owner, _place(facts, owner, wait, in_commit=owner in committing))


def _owner(facts: Facts, node: ast.AST) -> FunctionId | None:
    """Return the function of the app that *node* belongs to."""
    owner = facts.program.owner[node]
    return None if owner is None or _is_test(facts, owner) else owner


def _is_test(facts: Facts, name: FunctionId) -> bool:
    return facts.program.modules[facts.program.functions[name].module].is_test


def _place(facts: Facts, owner: FunctionId, wait: Wait, *, in_commit: bool) -> BlockingPlace:
    return BlockingPlace(
        node=wait.node,
        function=owner,
        location=_location(facts, wait.node),
        what=wait.what,
        writes=wait.effect is Effect.WRITE or (in_commit and wait.effect is Effect.STATEMENT),
        commits=wait.effect is Effect.COMMIT,
        known=wait.known,
        sends=wait.effect is Effect.SEND,
        rows=wait.rows,
    )


def _location(facts: Facts, node: ast.expr) -> Location:
    return facts.program.modules[facts.program.module_of[node]].file.location(node)


def _add(places: _Places, owner: FunctionId, place: BlockingPlace) -> None:
    """Add *place*, or join it with what is known of the same node."""
    found = places.setdefault(owner, {})
    before = found.get(place.node)
    if before is None:
        found[place.node] = place
        return
    found[place.node] = replace(
        before,
        writes=before.writes or place.writes,
        commits=before.commits or place.commits,
        sends=before.sends or place.sends,
        rows=before.rows or place.rows,
        known=before.known and place.known,
        through=before.through or place.through,
    )


def _add_calls(facts: Facts, places: _Places, guesses: _Sites) -> None:
    """Make each call of a function that blocks a place, through any number of calls."""
    for name, effects in _spread(facts, places, guesses).items():
        for site in _runs(facts, guesses, name):
            if site.caller is not None:
                _add(places, site.caller, _call_place(name, site, effects))


def _call_place(name: FunctionId, site: CallSite, effects: _Effects) -> BlockingPlace:
    brackets = "" if site.form == "property" else "()"
    return BlockingPlace(
        node=site.node,
        function=site.caller,
        location=site.location,
        what=f"{name.name}{brackets}",
        writes=effects.writes,
        commits=effects.commits,
        through=name,
        sends=effects.sends,
        rows=site.form == "iterate",
    )


def _spread(facts: Facts, places: _Places, guesses: _Sites) -> Mapping[FunctionId, _Effects]:
    """Return the effects of every function that blocks, its callers included."""
    effects = {name: _joined(found.values()) for name, found in places.items()}
    waiting = list(effects)
    while waiting:
        name = waiting.pop()
        for site in _runs(facts, guesses, name):
            if site.caller is not None:
                before = effects.get(site.caller)
                after = (before or _Effects()).joined(effects[name])
                if after != before:
                    effects[site.caller] = after
                    waiting.append(site.caller)
    return effects


def _joined(places: Iterable[BlockingPlace]) -> _Effects:
    effects = _Effects()
    for place in places:
        effects = effects.joined(place)
    return effects


def _runs(facts: Facts, guesses: _Sites, name: FunctionId) -> Iterator[CallSite]:
    """Yield the places of the app that run the body of a function, not only make a generator."""
    function = facts.program.functions[name]
    if function.is_async:
        return
    for site in (*running_sites(facts, name), *guesses.get(name, ())):
        caller = site.caller
        if caller is not None and _runs_body(function, site) and not _is_test(facts, caller):
            yield site


def _runs_body(function: Function, site: CallSite) -> bool:
    return not function.is_generator or site.form in {"iterate", "with"}


def _commits(places: _Places) -> Mapping[FunctionId, tuple[ast.expr, ...]]:
    found = {
        name: tuple(place.node for place in found.values() if place.commits)
        for name, found in places.items()
    }
    return {name: nodes for name, nodes in found.items() if nodes}


def _in_order(places: Iterable[BlockingPlace]) -> tuple[BlockingPlace, ...]:
    return tuple(sorted(places, key=lambda place: place.location.span))
