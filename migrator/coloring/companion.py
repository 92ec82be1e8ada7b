"""Why the migrated app needs the companion Flask app; an app that needs none is plain Quart."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from migrator.coloring.colors import Link, Offload, State, Verdict
from migrator.coloring.demand import Demand
from migrator.coloring.partition import Ground
from migrator.facts.catalog.judge import judge
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Role, Use
from migrator.index.symbols import FunctionId

_NEUTRAL = ("flask.", "quart.", "werkzeug.", "hypercorn.", "uvicorn.", "asyncio.", "functools.")
_BUILTINS = frozenset(
    {"len", "isinstance", "print", "repr", "str", "hasattr", "getattr", "setattr", "id", "type",
     "callable", "vars", "dir", "bool", "issubclass", "copy.copy"}
)  # fmt: skip
_BUILDING = frozenset({Kind.APP, Kind.BLUEPRINT})
_SYNC_ROLES = frozenset(
    {Role.VIEW, Role.VIEW_METHOD, Role.BEFORE_REQUEST, Role.AFTER_REQUEST, Role.TEARDOWN}
)


def needs_companion(
    ground: Ground,
    verdicts: Mapping[FunctionId, Verdict],
    offloads: Sequence[Offload],
    as_sync: Iterable[FunctionId],
    met: Iterable[Demand],
) -> tuple[Link, ...]:
    """Return the reasons for a companion, one of each sort at least, in a stable order."""
    facts = ground.facts
    return (
        *_of_libraries(ground.facts),
        *_extensions(ground),
        *_bridged(verdicts),
        *(Link(offload.location, f"`{offload.what}` is offloaded") for offload in offloads[:1]),
        *(_of_function(verdicts, name) for name in sorted(as_sync)[:1]),
        *[Link(demand.location, demand.text) for demand in met if demand.companion][:1],
        *_bound_to_threads(facts, verdicts),
        *_given_to_requests(facts),
    )


def takes_app(facts: Facts, name: str, use: Use) -> bool:
    """Whether *use* hands app or blueprint to code outside the project that may want Flask's."""
    if use.call is None or name.startswith(_NEUTRAL) or name in _BUILTINS:
        return False
    taken = [*use.call.args, *(keyword.value for keyword in use.call.keywords)]
    return any(not _BUILDING.isdisjoint(facts.kinds_at.get(value, ())) for value in taken)


def _extensions(ground: Ground) -> Iterator[Link]:
    facts = ground.facts
    for name, uses in facts.names.items():
        for use in uses:
            if use.call in ground.replaced:
                continue
            if takes_app(facts, name, use) and not _in_test(facts, use.node):
                yield Link(use.location, f"`{name}` is given the app")


def _of_libraries(facts: Facts) -> Iterator[Link]:
    for name in sorted(facts.library_apps):
        for use in facts.names.get(name, ())[:1]:
            yield Link(use.location, f"`{name}` makes an app of Flask")


def _in_test(facts: Facts, node: ast.AST) -> bool:
    return facts.program.modules[facts.program.module_of[node]].is_test


def _bridged(verdicts: Mapping[FunctionId, Verdict]) -> Iterator[Link]:
    for name, verdict in verdicts.items():
        if verdict.state is State.BRIDGED:
            yield Link(verdict.reason[-1].location, f"`{name.name}` stays Flask code")


def _of_function(verdicts: Mapping[FunctionId, Verdict], name: FunctionId) -> Link:
    return Link(verdicts[name].reason[0].location, f"`{name.name}` is async under a sync caller")


def _bound_to_threads(facts: Facts, verdicts: Mapping[FunctionId, Verdict]) -> Iterator[Link]:
    """Find what one thread makes and another would use: objects kept in ``g`` by sync functions.

    Without lanes Quart runs each synchronous hook and view in any thread of its pool.
    """
    served = [name for name, verdict in verdicts.items() if _is_sync_served(facts, verdict)]
    if not served:
        return
    for name, uses in facts.names.items():
        if name.endswith("()") and judge(name.removesuffix("()")).effect is not None:
            for use in uses:
                if _is_kept_in_g(facts, use) and not _in_test(facts, use.node):
                    yield Link(use.location, f"`{name}` is kept in `g`, and may belong to a thread")


def _given_to_requests(facts: Facts) -> Iterator[Link]:
    """Find what Quart's request would call without an await; the shims' awaits it."""
    for use in facts.stores.get(Member(Kind.REQUEST, "on_json_loading_failed"), ()):
        if not _in_test(facts, use.node):
            yield Link(use.location, "the request gets a function to call, which may be async")


def _is_sync_served(facts: Facts, verdict: Verdict) -> bool:
    entries = facts.entry_points.get(verdict.function, ())
    return verdict.state is State.SYNC and any(entry.role in _SYNC_ROLES for entry in entries)


def _is_kept_in_g(facts: Facts, use: Use) -> bool:
    kept = facts.program.parent.get(use.call or use.node)
    if not isinstance(kept, ast.Assign):
        return False
    return any(
        isinstance(target, ast.Attribute) and Kind.G in facts.kinds_at.get(target.value, ())
        for target in kept.targets
    )
