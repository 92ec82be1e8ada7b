"""Plans the offloads of one async function: its statements one by one, or its end as a whole."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from migrator.coloring.blocks import Block, as_block, as_flask_block
from migrator.coloring.body import Body
from migrator.coloring.colors import Offload, OffloadForm
from migrator.coloring.found import Found, Trouble, block_offload
from migrator.coloring.offload_names import named, with_bound_names
from migrator.coloring.offload_statements import NEIGHBOURS, offloads_of_list
from migrator.facts.flow import ancestors


@dataclass(frozen=True, slots=True)
class Plan:
    """The offloads of one function, and what stands in their way.

    It is ``idle`` where the offloads are all that is awaited: nothing is won, and the troubles are
    those that it would have without.
    """

    offloads: tuple[Offload, ...]
    troubles: tuple[Trouble, ...] = ()
    idle: bool = False


def plan_offloads(body: Body, *, strict: bool) -> Plan:
    """Plan the offloads of an async function.

    With ``strict``, what cannot go to the lane in one piece is a trouble. Without, it goes there
    piece by piece where it can, and the trouble is only told. Before it is one, what is awaited
    inside goes there as Flask code, unless nothing else in the function is awaited.
    """
    if not body.places:
        return Plan(())
    plan = _planned(replace(body, lane=frozenset()), strict=strict)
    if plan.troubles and body.lane:
        with_flask = _planned(body, strict=strict)
        if not with_flask.troubles and _awaits(body, with_flask):
            return with_flask
        if not with_flask.troubles and strict:
            return Plan(with_flask.offloads, tuple(map(_of_idle, plan.troubles)), idle=True)
    return plan


def _of_idle(trouble: Trouble) -> Trouble:
    text = f"{trouble.link.text}; nothing else in this function would be awaited"
    return replace(trouble, link=replace(trouble.link, text=text))


def _awaits(body: Body, plan: Plan) -> bool:
    """Whether anything but the offloads themselves is awaited."""
    moved = {node for offload in plan.offloads for node in _awaited_inside(body, offload)}
    left = any(node not in moved for node in body.awaited.get(body.function.node, ()))
    return left or any(offload.hoisted or offload.last for offload in plan.offloads)


def _awaited_inside(body: Body, offload: Offload) -> Iterator[ast.AST]:
    if offload.form is OffloadForm.BLOCK:
        for statement in offload.nodes:
            yield from body.awaited.get(statement, ())


def _planned(body: Body, *, strict: bool) -> Plan:
    found = list(offloads_of_list(body, body.statements, strict=strict))
    tail = _tail(body, found) or _flask_tail(body, found)
    if tail is not None:
        found = [item for item in found if not _is_in(item, tail)] + [tail]
    found = list(with_bound_names(body, found))
    offloads = [item for item in found if isinstance(item, Offload)]
    troubles = [item for item in found if isinstance(item, Trouble)]
    return Plan(tuple(named(body, offloads)), tuple(troubles))


def _tail(body: Body, found: Sequence[Found]) -> Offload | None:
    """Return the rest of the function as one offload, if all its awaits come first.

    That is the shape that people settle on by hand: read the body, then work.
    """
    statements = body.statements
    if body.function.is_generator:
        return None
    start = 1 + max(
        (index for index, statement in enumerate(statements) if statement in body.awaited),
        default=-1,
    )
    rest = statements[start:]
    inside = [item for item in found if rest and _starts_at_or_after(item, rest[0], body)]
    troubles = any(isinstance(item, Trouble) for item in inside)
    if start == 0 or not (troubles or len(inside) >= NEIGHBOURS):
        return None
    while rest and rest[0] not in body.blocking and rest[0] not in body.writing:
        rest = rest[1:]
    block = as_block(body, rest, tail=True)
    return block_offload(body, block) if isinstance(block, Block) else None


def _flask_tail(body: Body, found: Sequence[Found]) -> Offload | None:
    """Return the function from its first trouble on as one offload of Flask code."""
    places = [item.statements[0] for item in found if isinstance(item, Trouble)]
    if not places or not body.lane:
        return None
    start = min(_top_level(body, place) for place in places)
    block = as_flask_block(body, body.statements[start:], tail=True)
    return block_offload(body, block) if isinstance(block, Block) else None


def _top_level(body: Body, statement: ast.stmt) -> int:
    """Return the index of the statement of the function that holds *statement*."""
    around = {statement, *ancestors(statement, body.parent)}
    return next(index for index, each in enumerate(body.statements) if each in around)


def _starts_at_or_after(item: Found, statement: ast.stmt, body: Body) -> bool:
    location = item.location if isinstance(item, Offload) else item.link.location
    return location.span >= body.file.location(statement).span


def _is_in(item: Found, tail: Offload) -> bool:
    location = item.location if isinstance(item, Offload) else item.link.location
    return location.span >= tail.location.span
