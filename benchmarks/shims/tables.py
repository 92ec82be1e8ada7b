"""What the shims cost, as tables."""

from collections.abc import Sequence
from itertools import groupby

from benchmarks.shims.kinds import KINDS
from benchmarks.shims.ratio import ShimResult
from benchmarks.tables import markdown


def render(results: Sequence[ShimResult]) -> str:
    """Return a table for each kind of figures."""
    groups = groupby(results, key=lambda result: result.kind)
    return "\n\n".join(_table(kind, list(found)) for kind, found in groups)


def _table(name: str, results: Sequence[ShimResult]) -> str:
    kind = KINDS[name]
    headers = ("way", kind.unit, f"over {kind.floor}")
    rows = [[one.name, str(one.value), str(one.ratio)] for one in results]
    return f"## {kind.title}\n\n{markdown(headers, rows)}\n\n{kind.note}"
