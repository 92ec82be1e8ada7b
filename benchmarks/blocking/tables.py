"""What blocking calls cost, as tables."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

from benchmarks.blocking.cross_check import installed
from benchmarks.blocking.meter import Reading
from benchmarks.blocking.runner import BlockingResult
from benchmarks.blocking.scenarios import TRIVIAL_RATE
from benchmarks.stats import spread
from benchmarks.tables import markdown

HEADERS = (
    "configuration",
    "capacity/s",
    "of ceiling",
    "of gunicorn's",
    "by wrk or h2load",
    "trivial p50 ms",
    "p99 ms",
    "blocking p50 ms",
    "p99 ms",
    "unanswered",
    "loop lag p99 ms",
    "worst ms",
    "on the loop",
    "hops each",
    "CPU each ms",
    "peak MB",
    "taken by others",
)

UNKNOWN = "-"

_NO_CHECK = "Neither wrk nor h2load is installed, so nothing checks our own load client here."

T = TypeVar("T")


def render(results: Sequence[BlockingResult]) -> str:
    """Return a table for each endpoint, and what could not be measured."""
    by_endpoint = groupby(results, key=lambda result: result.endpoint)
    tables = "\n\n".join(
        "\n\n".join((_title(group[0]), markdown(HEADERS, [_row(one) for one in group])))
        + _troubles(group)
        for group in (list(found) for _, found in by_endpoint)
    )
    return tables if installed() else f"{tables}\n\n{_NO_CHECK}"


def _title(result: BlockingResult) -> str:
    endpoint, capacity = result.endpoint, result.capacity
    seconds = f" of {endpoint.seconds * 1000:g} ms" if endpoint.seconds else ""
    connections = f"; capacity at {capacity.connections} connections" if capacity else ""
    return (
        f"## {endpoint.name}{seconds}: {TRIVIAL_RATE:g} trivial requests a second beside "
        f"{endpoint.rate:g} blocking ones{connections}"
    )


def _troubles(results: Sequence[BlockingResult]) -> str:
    lines = [f"- {one.configuration.name}: {one.trouble}" for one in results if one.trouble]
    return "\n\n" + "\n".join(lines) if lines else ""


def _row(result: BlockingResult) -> list[str]:
    return [
        result.configuration.name,
        _figure(result.capacity, lambda capacity: f"{capacity.rate:.0f}"),
        _figure(result.of_ceiling, lambda share: f"{share:.2f}"),
        str(spread([pair.ratio for pair in result.pairs])) if result.pairs else UNKNOWN,
        _figure(result.check, lambda check: f"{check.rate:.0f} ({check.tool})"),
        *_latency_cells(result),
        *_reading_cells(result.mixed),
        _figure(result.hops_each, lambda hops: f"{hops:.1f}"),
        _figure(result.cpu_each, lambda seconds: f"{seconds * 1000:.2f}"),
        _figure(result.pressed, lambda reading: f"{reading.peak / 2**20:.0f}"),
        _figure(result.others, lambda share: f"{share:.0%}"),
    ]


def _latency_cells(result: BlockingResult) -> list[str]:
    if result.trivial is None or result.blocking is None:
        return [UNKNOWN] * 5
    pairs = ((one.p50, one.p99) for one in (result.trivial, result.blocking))
    sent = result.trivial.sent + result.blocking.sent
    return [*(f"{value:.0f}" for pair in pairs for value in pair), f"{result.unanswered} of {sent}"]


def _reading_cells(reading: Reading | None) -> list[str]:
    if reading is None:
        return [UNKNOWN] * 3
    lags = reading.lags
    shown = [f"{reading.lag(99):.0f}", f"{reading.lag(100):.0f}"] if lags else [UNKNOWN] * 2
    return [*shown, str(reading.on_loop)]


def _figure(value: T | None, form: Callable[[T], str]) -> str:
    return UNKNOWN if value is None else form(value)
