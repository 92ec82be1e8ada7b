"""Offloads that stand where the blocking expression stands: a call, or a lambda around it."""

import ast
from collections.abc import Iterable, Iterator

from migrator.coloring.blocks import Unfit, needs_frame
from migrator.coloring.body import Body
from migrator.coloring.colors import Offload, OffloadForm
from migrator.coloring.generators import (
    is_handed_out,
    is_read_at_once,
    may_be_read_early,
    waits_when_read,
)

_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_UNMOVABLE = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


def offload_expressions(
    body: Body, statement: ast.stmt, roots: Iterable[ast.AST]
) -> Iterator[Offload | Unfit]:
    """Plan the blocking places under *roots*, expressions of *statement*, each where it stands."""
    units = {
        _unit(body, place, statement) for root in roots for place in body.blocking.get(root, ())
    }
    for unit in sorted(_outermost(body, units), key=_position):
        yield from _plan(body, unit, units)


def _unit(body: Body, place: ast.expr, statement: ast.stmt) -> ast.expr:
    """Return what must move as a whole: a comprehension around the place, an f-string around it.

    A generator runs where it is consumed, so the call that takes it moves with it.
    """
    unit = place
    above, below = body.parent[place], place
    while above is not statement:
        if isinstance(above, ast.expr):
            if _moves_with(body, above, below):
                unit = above
            below = above
        above = body.parent[above]
    return unit


def _moves_with(body: Body, above: ast.expr, below: ast.expr) -> bool:
    match above:
        case ast.Call():
            rows = below in body.places and body.places[below].rows
            given = isinstance(below, ast.GeneratorExp)
            taken = given and above not in body.awaited.get(above, ())
            return rows or taken or _is_unpacked_in(body, above, below)
        case ast.Compare():
            return _waits_for_items(body, below) and above not in body.awaited
        case ast.List() | ast.Tuple() | ast.Set():
            return _is_unpacked_in(body, above, below)
        case _:
            return isinstance(above, ast.JoinedStr | _Comprehension)


def _is_unpacked_in(body: Body, above: ast.expr, below: ast.expr) -> bool:
    return _is_unpacked(body, below) and above not in body.awaited


def _is_unpacked(body: Body, node: ast.expr) -> bool:
    return isinstance(node, ast.Starred) and _waits_for_items(body, node.value)


def _waits_for_items(body: Body, node: ast.expr) -> bool:
    rows = node in body.places and body.places[node].rows
    return rows or waits_when_read(body, node)


def _outermost(body: Body, units: set[ast.expr]) -> Iterator[ast.expr]:
    for unit in units:
        above = body.parent[unit]
        while isinstance(above, ast.expr | ast.keyword | ast.comprehension):
            if above in units:
                break
            above = body.parent[above]
        else:
            yield unit


def _plan(body: Body, unit: ast.expr, units: set[ast.expr]) -> Iterator[Offload | Unfit]:
    inner = _outermost_inside(body, unit, units)
    awaited = [node for node in body.awaited.get(unit, ()) if node is not unit]
    if not awaited and isinstance(unit, ast.GeneratorExp) and _is_read_here(body, unit):
        yield _as_list(body, unit)
    elif not awaited and not inner and _is_plain_call(body, unit):
        yield offload_at(body, OffloadForm.CALL, unit)
    elif not awaited:
        yield _as_lambda(body, unit)
    elif isinstance(unit, ast.Call) and unit in body.places:
        yield offload_at(body, OffloadForm.CALL, unit)
        for below in inner:
            yield from _plan(body, below, units)
    else:
        yield Unfit(awaited[0], "an await stands inside an expression that waits")


def _outermost_inside(body: Body, unit: ast.expr, units: set[ast.expr]) -> list[ast.expr]:
    inside = set(ast.walk(unit)) - {unit}
    under = {node for node in units if node in inside}
    return sorted(_outermost(body, under), key=_position) if under else []


def _is_plain_call(body: Body, unit: ast.expr) -> bool:
    """Whether ``f(a, b)`` can become ``offload(f, a, b)``."""
    if not isinstance(unit, ast.Call):
        return False
    if any(isinstance(it, ast.GeneratorExp) or _is_unpacked(body, it) for it in unit.args):
        return False
    return not any(isinstance(node, _UNMOVABLE) for node in ast.walk(unit))


def _as_lambda(body: Body, unit: ast.expr) -> Offload | Unfit:
    return _unmovable(unit) or offload_at(body, OffloadForm.LAMBDA, unit)


def _is_read_here(body: Body, generator: ast.GeneratorExp) -> bool:
    return waits_when_read(body, generator) and not is_handed_out(body.parent[generator])


def _as_list(body: Body, generator: ast.GeneratorExp) -> Offload | Unfit:
    at_once = is_read_at_once(generator, body.parent[generator])
    if not at_once and not may_be_read_early(body, generator):
        return Unfit(
            generator, "a generator stands that waits when it is read, and has an effect or no end"
        )
    return _unmovable(generator) or offload_at(body, OffloadForm.LIST, generator)


def _unmovable(unit: ast.expr) -> Unfit | None:
    for node in ast.walk(unit):
        if isinstance(node, _UNMOVABLE) or needs_frame(node):
            return Unfit(node, "an assignment or a call that needs its own frame stands inside")
    return None


def offload_at(body: Body, form: OffloadForm, unit: ast.expr) -> Offload:
    """Return the offload of the expression *unit*."""
    places = [body.places[node] for node in body.blocking[unit]]
    location = body.file.location(unit)
    what = ", ".join(dict.fromkeys(place.what for place in places))
    return Offload(form, (unit,), body.function.id, location, what)


def _position(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset
