"""The kinds of figures, and what each is held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KindName = Literal["hops", "requests", "served", "capacity", "lag"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of figures is: `floor` names the way that the others are held against."""

    title: str
    unit: str
    floor: str
    note: str


_CPU = "CPU of all threads an operation, in rounds in ABBA order: median (quartiles)."

KINDS: Mapping[str, Kind] = {
    "hops": Kind("A call of nothing in a thread, awaited", "CPU µs", "bare executor", _CPU),
    "requests": Kind("A request, without a server", "CPU µs", "async view", _CPU),
    "served": Kind(
        "A request, served by uvicorn",
        "CPU µs",
        "companion: async view",
        f"{_CPU} The server's own CPU is in it.",
    ),
    "capacity": Kind(
        "Calls that block for 50 ms, at 64 connections and 40 threads",
        "requests/s",
        "Flask on gunicorn",
        "In rounds in ABBA order: median (quartiles). quart-flask-patch blocks its loop.",
    ),
    "lag": Kind(
        "The event loop beside these calls",
        "lag p99 ms",
        "Quart, native async",
        "How late a heartbeat comes, 99th percentile of a round: median (quartiles).",
    ),
}
