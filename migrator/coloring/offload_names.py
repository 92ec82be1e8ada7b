"""Names for the nested functions that offloads become, and for what is awaited before them."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from migrator.coloring.barriers import Barrier
from migrator.coloring.bindings import binders
from migrator.coloring.body import Body
from migrator.coloring.colors import Offload, OffloadForm
from migrator.coloring.found import Found, trouble_at


def with_bound_names(body: Body, found: Sequence[Found]) -> Iterator[Found]:
    """Refuse blocks that share a name which nothing but blocks binds: ``nonlocal`` finds none."""
    blocks = [it for it in found if isinstance(it, Offload) and it.form is OffloadForm.BLOCK]
    inside = {inner for block in blocks for node in block.nodes for inner in ast.walk(node)}
    bound = {name for node, name in binders(body.statements) if node not in inside}
    bound.update(body.function.parameters, *(block.results for block in blocks))
    for item in found:
        lost = sorted(set(item.nonlocals) - bound) if isinstance(item, Offload) else []
        if isinstance(item, Offload) and lost:
            statements = [node for node in item.nodes if isinstance(node, ast.stmt)]
            text = f"`{lost[0]}` is bound only inside code that would become a nested function"
            yield trouble_at(body, Barrier.CUT_WRITE, statements[0], text, statements)
        else:
            yield item


def named(body: Body, offloads: Sequence[Offload]) -> Iterator[Offload]:
    """Give each nested function, and what is awaited before it, names that nothing else uses."""
    taken = set(body.reads) | body.scope.bound | body.scope.inner
    awaited: dict[str, str] = {}
    for offload in offloads:
        for hoist in offload.hoisted:
            if hoist.code not in awaited:
                awaited[hoist.code] = _free(hoist.name, taken)
    for offload in offloads:
        if offload.form is not OffloadForm.BLOCK:
            yield offload
            continue
        hoisted = tuple(replace(it, name=awaited[it.code]) for it in offload.hoisted)
        yield replace(offload, name=_free(offload.name, taken), hoisted=hoisted)


def _free(wanted: str, taken: set[str]) -> str:
    """Return *wanted*, with a number where it is taken, and take it."""
    name, number = wanted, 2
    while name in taken:
        name = f"{wanted}_{number}"
        number += 1
    taken.add(name)
    return name
