"""How rules state demands: uses of members and names that Quart made awaitable or lacks."""

import ast
from collections.abc import Collection, Iterable, Iterator

from migrator.coloring.demand import Demand, Flavor
from migrator.facts.kinds import Kind, Member
from migrator.facts.model import Facts, Use
from migrator.rules._places import location_of


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


def flask_members(facts: Facts, rule: str, kind: Kind, names: Iterable[str]) -> Iterator[Demand]:
    """Demand Flask where a member is used that Quart's *kind* does not have."""
    for name in names:
        for use in facts.members.get(Member(kind, name), ()):
            if not _awaited_already(facts, use):
                yield needs_flask(rule, use, f"Quart has no `{_owner(kind)}.{name}`")


def flask_names(facts: Facts, rule: str, names: Iterable[str], why: str) -> Iterator[Demand]:
    """Demand Flask where one of the functions *names* is used."""
    for name in names:
        for use in facts.names.get(name, ()):
            if not isinstance(use.node, ast.alias):
                yield needs_flask(rule, use, f"`{name.rpartition('.')[2]}` {why}")


def needs_flask(rule: str, use: Use, text: str) -> Demand:
    """Return the demand that the function of *use* stays Flask code."""
    return Demand(use.node, use.function, Flavor.NEEDS_FLASK, text, rule, use.location)


def reads(facts: Facts, member: Member) -> Iterator[Use]:
    """Yield the uses of *member* that read it: neither assignments nor deletions."""
    for use in facts.members.get(member, ()):
        if isinstance(getattr(use.node, "ctx", None), ast.Load):
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
        yield needs_flask(rule, use, f"{what} is passed on, not called")
    elif not use.certain:
        yield needs_flask(rule, use, f"{what} may also be something else")
    else:
        place = location_of(facts, node)
        text = f"{what} is awaited in Quart"
        yield Demand(node, use.function, Flavor.AWAIT, text, rule, place, weak)


def _awaited_already(facts: Facts, use: Use) -> bool:
    value = use.call or use.node
    return isinstance(facts.program.parent.get(value), ast.Await)


def _owner(kind: Kind) -> str:
    return "file" if kind is Kind.FILE_STORAGE else kind.value
