"""What the shims cost, as tables."""

from collections.abc import Sequence
from itertools import groupby

from benchmarks.shims.ratio import FLOORS, ShimResult
from benchmarks.tables import markdown

_TITLES = {
    "hops": "A call of nothing in a thread, awaited",
    "requests": "A request, without a server",
}


def render(results: Sequence[ShimResult]) -> str:
    """Return a table for each kind of ways."""
    groups = groupby(results, key=lambda result: result.kind)
    return "\n\n".join(_table(kind, list(found)) for kind, found in groups)


def _table(kind: str, results: Sequence[ShimResult]) -> str:
    headers = ("way", "CPU µs", f"over {FLOORS[kind]}")
    rows = [[one.name, str(one.microseconds), str(one.ratio)] for one in results]
    return (
        f"## {_TITLES[kind]}\n\n{markdown(headers, rows)}\n\n"
        "CPU of all threads an operation, in rounds in ABBA order: median (quartiles)."
    )
