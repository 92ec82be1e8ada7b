"""How rules state demands: uses of members and names that Quart made awaitable or lacks."""

import ast
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import replace

from migrator.coloring.barriers import is_served
from migrator.coloring.demand import Demand, Flavor
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Role, Use
from migrator.index.symbols import FunctionId
from migrator.rules._calls import call_taking, is_done_with
from migrator.rules._flask_side import root_of
from migrator.rules._places import location_of

RESPONSE_HOOKS = frozenset({Role.AFTER_REQUEST, Role.AFTER_THIS_REQUEST})
"""Functions that get each response, as one of the framework that they are written for."""


def await_members(
    facts: Facts,
    rule: str,
    kind: Kind,
    properties: Iterable[str] = (),
    methods: Iterable[str] = (),
) -> Iterator[Demand]:
    """Demand an await of each read of *properties* and each call of *methods* of a *kind*."""
    for name in properties:
        for use in reads(facts, Member(kind, name)):
            yield from awaited(facts, rule, use, use.node, f"`{_owner(kind)}.{name}`")
    for name in methods:
        for use in reads(facts, Member(kind, name)):
            yield from awaited(facts, rule, use, use.call, f"`{_owner(kind)}.{name}()`")


def await_names(
    facts: Facts, rule: str, names: Iterable[str], *, weak: bool = False
) -> Iterator[Demand]:
    """Demand an await of each call of the functions *names* (dotted, as ``flask.flash``)."""
    for name in names:
        for use in facts.names.get(name, ()):
            what = f"`{name.rpartition('.')[2]}()`"
            yield from awaited(facts, rule, use, use.call, what, weak=weak)


def also_flask(facts: Facts, demand: Demand) -> Demand:
    """Say that in the lane Flask's own name serves where that is how the code names it."""
    return replace(demand, also_flask=_names_flask(facts, demand.node))


def answers(facts: Facts, demands: Iterable[Demand]) -> Iterator[Demand]:
    """Say so of the demands whose value, a response, is returned by a view; no code reads it."""
    members = (Member(Kind.RESPONSE, name) for name in ("data", "json", "get_data", "get_json"))
    readers = {use.function for member in members for use in facts.members.get(member, ())}
    is_read = any(not _is_hook(facts, reader) for reader in readers)
    for demand in demands:
        is_returned = isinstance(facts.program.parent.get(demand.node), ast.Return)
        entries = facts.entry_points.get(demand.function, ()) if demand.function else ()
        is_answer = is_returned and is_served(entries) and not is_read
        yield also_flask(facts, demand) if is_answer else demand


def _is_hook(facts: Facts, function: FunctionId | None) -> bool:
    """Whether the function is in the tests, or gets each response as one of Quart."""
    if function is None:
        return False
    if facts.program.modules[facts.program.functions[function].module].is_test:
        return True
    return any(it.role in RESPONSE_HOOKS for it in facts.entry_points.get(function, ()))


def flask_members(
    facts: Facts, rule: str, kind: Kind, names: Iterable[str], values: Container[str] = ()
) -> Iterator[Demand]:
    """Demand Flask where a member is used that Quart's *kind* does not have.

    *values* are those whose value is plain data, which may leave the lane.
    """
    for name in names:
        for use in facts.members.get(Member(kind, name), ()):
            if not _awaited_already(facts, use):
                text = f"Quart has no `{_owner(kind)}.{name}`"
                yield flask_or_lane(facts, rule, use, text, called=name not in values)


def flask_names(facts: Facts, rule: str, names: Iterable[str], why: str) -> Iterator[Demand]:
    """Demand Flask where one of the functions *names* is used."""
    for name in names:
        for use in facts.names.get(name, ()):
            if not isinstance(use.node, ast.alias):
                yield needs_flask(rule, use, f"`{name.rpartition('.')[2]}` {why}")


def needs_flask(rule: str, use: Use, text: str) -> Demand:
    """Return the demand that the function of *use* stays Flask code."""
    return Demand(use.node, use.function, Flavor.NEEDS_FLASK, text, rule, use.location)


def flask_or_lane(facts: Facts, rule: str, use: Use, text: str, *, called: bool) -> Demand:
    """Return the demand that what *use* starts goes to the lane, or else that Flask is needed.

    It goes to the lane with all that is read and called on it there. ``called`` says that nothing
    but the result of a call on it may leave the lane.
    """
    chain = chain_of(facts, use.node)
    enough = isinstance(chain, ast.Call) and chain is not use.call if called else True
    if enough and _names_flask(facts, use.node):
        return Demand(use.node, use.function, Flavor.IN_LANE, text, rule, use.location, unit=chain)
    return needs_flask(rule, use, text)


def chain_of(facts: Facts, node: ast.expr) -> ast.expr:
    """Return the expression that *node* is the start of: ``node.name["key"].method(…)``."""
    match facts.program.parent.get(node):
        case ast.Attribute(ctx=ast.Load()) as above:
            return chain_of(facts, above)
        case ast.Subscript(ctx=ast.Load(), value=value) as above if value is node:
            return chain_of(facts, above)
        case ast.Call(func=function) as above if function is node:
            return chain_of(facts, above)
        case _:
            return node


def _names_flask(facts: Facts, node: ast.AST) -> bool:
    """Whether *node* starts with a name of the module ``flask``: in the lane that is Flask's."""
    roots = facts.names_at.get(root_of(node), frozenset())
    return bool(roots) and all(name.partition(".")[0] == "flask" for name in roots)


def reads(facts: Facts, member: Member) -> Iterator[Use]:
    """Yield the uses of *member* that read it: neither assignments nor deletions."""
    for use in facts.members.get(member, ()):
        if isinstance(getattr(use.node, "ctx", ast.Load()), ast.Load):
            yield use


def stores(facts: Facts, kind: Kind, names: Collection[str]) -> Iterator[ast.Attribute]:
    """Yield each attribute of a *kind* that is assigned, by ``=`` or ``+=`` or the like."""
    for node, kinds in facts.kinds_at.items():
        if kinds == {kind}:
            match facts.program.parent.get(node):
                case ast.Attribute(attr=name, ctx=ast.Store()) as target if name in names:
                    yield target
                case _:
                    pass


def awaited(  # noqa: PLR0913  a use, what it is, and how it is demanded
    facts: Facts, rule: str, use: Use, node: ast.expr | None, what: str, *, weak: bool = False
) -> Iterator[Demand]:
    if _awaited_already(facts, use):
        return
    if node is None:
        yield _passed_on(facts, rule, use, f"{what} is passed on, not called")
    elif not use.certain:
        yield needs_flask(rule, use, f"{what} may also be something else")
    else:
        place = location_of(facts, node)
        text = f"{what} is awaited in Quart"
        yield Demand(node, use.function, Flavor.AWAIT, text, rule, place, weak)


def _passed_on(facts: Facts, rule: str, use: Use, text: str) -> Demand:
    """Demand Flask where a function of Flask's is handed on: for the call, if that is all."""
    call = call_taking(facts, use.node)
    if call is None or any(site.node is call for site in facts.calls):
        return needs_flask(rule, use, text)
    flavor = Flavor.IN_LANE if is_done_with(facts, call) else Flavor.NEEDS_FLASK
    return Demand(use.node, use.function, flavor, text, rule, use.location, unit=call)


def _awaited_already(facts: Facts, use: Use) -> bool:
    value = use.call or use.node
    return isinstance(facts.program.parent.get(value), ast.Await)


def _owner(kind: Kind) -> str:
    return "file" if kind is Kind.FILE_STORAGE else kind.value
