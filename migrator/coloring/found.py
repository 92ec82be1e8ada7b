"""What the planning of offloads finds: what goes to the lane, and what stands in the way."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from migrator.coloring.barriers import Barrier
from migrator.coloring.blocks import Block
from migrator.coloring.body import Body
from migrator.coloring.colors import Link, Offload, OffloadForm
from migrator.facts.model import BlockingPlace

_SAVE, _SEND, _LOAD, _FINISH, _WORK = "save", "send", "load", "finish", "work"
_SENDERS = ("send", "publish")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a part of a function cannot be offloaded, and what would then block the loop.

    ``node`` is what stands in the way, an await as a rule; ``statements`` are the part.
    """

    barrier: Barrier
    node: ast.AST
    statements: tuple[ast.stmt, ...]
    link: Link
    places: tuple[BlockingPlace, ...]


Found = Offload | Trouble


def block_offload(body: Body, block: Block) -> Offload:
    """Return the offload of *block*, named by what the block does."""
    places = [body.places[node] for node in _blocking_in(body, block.statements)]
    return Offload(
        form=OffloadForm.BLOCK,
        nodes=block.statements,
        function=body.function.id,
        location=body.file.location(block.statements[0]),
        what=", ".join(dict.fromkeys(place.what for place in places)),
        name=_name_of(body, block),
        results=block.results,
        returns=block.returns,
        nonlocals=block.nonlocals,
        hoisted=block.hoisted,
        last=block.last,
    )


def _name_of(body: Body, block: Block) -> str:
    """Name a nested function by what it does: it writes, sends, ends the function, or reads."""
    effects = {node for statement in block.statements for node in body.sending.get(statement, ())}
    last_words = {
        body.places[node].what.removesuffix("()").rpartition(".")[2]
        for node in effects
        if node in body.places
    }
    if any(statement in body.writing for statement in block.statements):
        return _SAVE
    if last_words:
        return _SEND if all(word.startswith(_SENDERS) for word in last_words) else _SAVE
    if block.returns:
        return _FINISH
    return _LOAD if block.results else _WORK


def trouble_at(
    body: Body, barrier: Barrier, node: ast.AST, text: str, statements: Sequence[ast.stmt]
) -> Trouble:
    """Return that *node* stands in the way of *statements*; *text* tells the user so."""
    place = node if isinstance(node, ast.expr | ast.stmt) else statements[0]
    places = tuple(body.places[node] for node in _blocking_in(body, statements))
    link = Link(body.file.location(place), text)
    return Trouble(barrier, node, tuple(statements), link, places)


def _blocking_in(body: Body, statements: Sequence[ast.stmt]) -> list[ast.expr]:
    return [node for statement in statements for node in body.blocking.get(statement, ())]
