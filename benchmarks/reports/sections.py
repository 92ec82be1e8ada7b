"""What the page shows of each kind of results: plots, and all figures as tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from os.path import commonpath
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram
from markupsafe import Markup

from benchmarks.apps import rates
from benchmarks.apps import tables as app_tables
from benchmarks.apps.results import AppResult
from benchmarks.bill.runner import BillResult
from benchmarks.blocking import tables as blocking_tables
from benchmarks.blocking.runner import BlockingResult
from benchmarks.codemod import tables as codemod_tables
from benchmarks.codemod.ratio import CodemodResult
from benchmarks.evidence import tables as evidence_tables
from benchmarks.evidence.results import EvidenceResult
from benchmarks.extensions import tables as extension_tables
from benchmarks.extensions.results import ExtensionResult
from benchmarks.reports.plots import Axis, Bar, Series, bars, decades, lines
from benchmarks.reports.results import ResultsFile
from benchmarks.shims import tables as shim_tables
from benchmarks.shims.kinds import KINDS
from benchmarks.shims.ratio import ShimResult
from benchmarks.tables import parse
from benchmarks.users import tables as user_tables
from benchmarks.users.runner import UsersResult

# Percentiles are drawn by their distance from the worst, so that the tail has room.
_PERCENTILES = (0.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9)
_TAIL = Axis(
    "percentile of requests",
    ((1.0, "0"), (2.0, "50"), (10.0, "90"), (100.0, "99"), (1000.0, "99.9")),
    log=True,
)

# So many bars are higher than a plot of lines.
_TALL = 8

# Points of a line over time: each the worst of its stretch.
_STRETCHES = 30


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with its title and what to see in it; one that is tall stands beside two others."""

    title: str
    svg: Markup
    caption: str
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be opened."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page."""

    key: str
    title: str
    lead: str
    plots: tuple[Plot, ...]
    tables: tuple[Table, ...]
    notes: str = ""
    points: tuple[str, ...] = ()


def section(file: ResultsFile) -> Section:
    """Return the section of one results file."""
    return _SECTIONS[file.kind](file.results)


def _apps(results: Sequence[AppResult]) -> Section:
    text = app_tables.render(results)
    rows = [Bar(one.name, _share(one), app_tables.quart_cells(one.quart)[0]) for one in results]
    states = [Bar(one.name, share, f"{share:.0%}") for one in results if (share := _async(one))]
    return Section(
        "apps",
        "Apps",
        "",
        (
            Plot("Tests that pass on Quart", bars("Tests that pass on Quart", rows, 1.0), _PASSED),
            Plot(
                "Functions that became async",
                bars("Functions that became async", states, 1.0),
                _ASYNC,
            ),
        ),
        (_table("The scoreboard of apps", text),),
        _after_tables(text),
        _points(app_tables.rates(results)),
    )


_PASSED = (
    "Passed of executed, of each project's own unedited tests; the bar is the share of those that "
    "pass on Flask."
)
_PATCHED = "Of the tests that pass on Flask."
_ASYNC = "Of the functions that need an await, the share that became async; the others are bridged."


def _share(result: AppResult | ExtensionResult) -> float:
    return rates.passing(result).share if result.baseline and result.quart else 0.0


def _async(result: AppResult) -> float:
    return (result.migration.async_share or 0.0) if result.migration else 0.0


def _evidence(results: Sequence[EvidenceResult]) -> Section:
    text = evidence_tables.render(results)
    shares = {
        "Recall": [(one.name, one.app.recall) for one in results],
        "Precision": [(one.name, one.app.precision) for one in results],
    }
    plots = tuple(
        Plot(title, bars(title, _bars(pairs)), evidence_tables.EXPLANATION)
        for title, pairs in shares.items()
    )
    table = _table("Inference and tests", text)
    return Section("evidence", "Evidence", "", plots, (table,), _after_tables(text))


def _bars(shares: Iterable[tuple[str, float | None]]) -> list[Bar]:
    return [Bar(name, share, f"{share:.1%}") for name, share in shares if share is not None]


def _extensions(results: Sequence[ExtensionResult]) -> Section:
    text = extension_tables.render(results)
    shims = [Bar(one.name, _share(one), app_tables.quart_cells(one.quart)[0]) for one in results]
    patch = [
        Bar(
            one.name,
            extension_tables.patched_rate(one).share if one.patched else 0.0,
            extension_tables.patched_cell(one),
        )
        for one in results
    ]
    return Section(
        "extensions",
        "Extensions",
        "",
        (
            Plot("With the shims", bars("Tests that pass with the shims", shims, 1.0), _PASSED),
            Plot("Under quart-flask-patch", bars("Under quart-flask-patch", patch, 1.0), _PATCHED),
        ),
        (_table("The scoreboard of extensions", text),),
        _after_tables(text),
        _points(extension_tables.rates(results)),
    )


def _blocking(results: Sequence[BlockingResult]) -> Section:
    plots = []
    tables = []
    for endpoint, found in groupby(results, key=lambda one: one.endpoint):
        group = list(found)
        plots += [*_capacity(endpoint.name, group), *_curves(endpoint.name, group)]
        tables.append(_table(f"All figures of {endpoint.name}", blocking_tables.render(group)))
    lead = (
        "The same endpoints under each way of serving them, beside 100 trivial requests a second."
    )
    return Section("blocking", "What blocking calls cost", lead, tuple(plots), tuple(tables))


def _capacity(endpoint: str, results: Sequence[BlockingResult]) -> Iterator[Plot]:
    rows = [
        Bar(one.configuration.name, one.capacity.rate, f"{one.capacity.rate:.0f}/s")
        for one in results
        if one.capacity is not None
    ]
    title = f"{endpoint}: capacity"
    caption = "Requests a second when 64 connections wait their turn."
    yield Plot(title, bars(title, rows), caption, tall=len(rows) > _TALL)


def _curves(endpoint: str, results: Sequence[BlockingResult]) -> Iterator[Plot]:
    for where, group in _by_interface(results).items():
        latencies = [_latencies(one) for one in group if one.trivial is not None]
        title = f"{endpoint} on {where}: trivial requests"
        values = [value for one in latencies for _, value in one.points]
        svg = lines(title, latencies, _TAIL, decades("ms", values))
        yield Plot(title, svg, "Milliseconds from the scheduled instant, by percentile.")
        lags = [_lags(one) for one in group if one.mixed is not None and one.mixed.lags]
        if lags:
            title = f"{endpoint} on {where}: loop lag"
            yield Plot(title, _lag_plot(title, lags), "By how many ms the event loop comes late.")


def _by_interface(results: Sequence[BlockingResult]) -> dict[str, list[BlockingResult]]:
    """Group by server, but for Flask's, which have one application each."""
    groups: dict[str, list[BlockingResult]] = {}
    for one in results:
        flask = one.configuration.application == "flask"
        groups.setdefault("WSGI" if flask else one.configuration.server, []).append(one)
    return groups


def _series_name(result: BlockingResult) -> str:
    way = result.configuration
    return way.server if way.application == "flask" else way.application


def _latencies(result: BlockingResult) -> Series:
    if result.trivial is None:
        return Series(_series_name(result), ())
    histogram = HdrHistogram.decode(result.trivial.histogram)
    points = tuple(
        (100 / (100 - percent), max(histogram.get_value_at_percentile(percent) / 1000, 0.1))
        for percent in _PERCENTILES
    )
    return Series(_series_name(result), points)


def _lags(result: BlockingResult) -> Series:
    lags = list(result.mixed.lags) if result.mixed else []
    step = max(1, len(lags) // _STRETCHES)
    start = lags[0][0] if lags else 0.0
    stretches = (lags[index : index + step] for index in range(0, len(lags), step))
    points = ((part[0][0] - start, max(0.1, *(lag for _, lag in part), 0.1)) for part in stretches)
    return Series(_series_name(result), tuple(points))


def _lag_plot(title: str, series: Sequence[Series]) -> Markup:
    last = max(at for one in series for at, _ in one.points)
    seconds = tuple((float(second), str(second)) for second in range(int(last) + 2))
    values = [value for one in series for _, value in one.points]
    return lines(title, series, Axis("seconds", seconds), decades("ms late", values))


def _codemod(results: Sequence[CodemodResult]) -> Section:
    rows = [
        bar
        for one in results
        for bar in (
            Bar(f"{one.name}: planning a migration", one.plan.median, f"{one.plan}"),
            Bar(f"{one.name}: LibCST round trip", one.libcst.median, f"{one.libcst}"),
            Bar(f"{one.name}: the limit", one.limit, f"{one.limit:g}"),
        )
    ]
    title = "CPU over parsing alone"
    plots = (Plot(title, bars(title, rows), codemod_tables.EXPLANATION),)
    table = _table("Figures", codemod_tables.render(results))
    return Section("codemod", "What a migration costs to plan", "", plots, (table,))


def _shims(results: Sequence[ShimResult]) -> Section:
    plots = []
    tables = []
    for name, found in groupby(results, key=lambda one: one.kind):
        kind, group = KINDS[name], list(found)
        rows = [Bar(one.name, one.ratio.median, f"{one.ratio.median:.2f}") for one in group]
        caption = f"{kind.unit} over that of {kind.floor}: median."
        plots.append(Plot(kind.title, bars(kind.title, rows), caption))
        tables.append(_table(kind.title, shim_tables.render(group)))
    return Section("shims", "What the shims cost", "", tuple(plots), tuple(tables))


def _bill(results: Sequence[BillResult]) -> Section:
    tables = []
    for one in results:
        root = commonpath([str(Path(billed.item.file).parent) for billed in one.items] or ["/"])
        rows = [
            [
                f"{_below(root, billed.item.file)}:{billed.item.line} in {billed.item.function}",
                f"`{billed.item.code}`",
                f"{billed.item.stall:.0f}",
                str(billed.item.count),
                f"{billed.item.share:.0%}",
                "-" if billed.item.delayed is None else f"{billed.item.delayed:.1f}",
                billed.migrated or "-",
            ]
            for billed in one.items
        ]
        headers = ("where", "code", "stall ms", "stalls", "of requests", "delayed", "migrated")
        tables.append(Table(one.target, headers, rows, open=True))
    lead = "Lines of the app's own code that hold a thread or the event loop, the dearest first."
    return Section("run", "The bill of blocking", lead, (), tuple(tables))


def _below(root: str, file: str) -> str:
    return Path(file).relative_to(root).as_posix()


def _users(results: Sequence[UsersResult]) -> Section:
    text = user_tables.render(results)
    lead = "Each user checks every answer; a fifth of them may cut requests in the middle."
    table = replace(_table("What came of the crowds", text), open=True)
    return Section("users", "Users at once", lead, (), (table,))


_SECTIONS: Mapping[str, Callable[[Any], Section]] = {
    "apps": _apps,
    "blocking": _blocking,
    "codemod": _codemod,
    "evidence": _evidence,
    "extensions": _extensions,
    "run": _bill,
    "shims": _shims,
    "users": _users,
}


def _table(title: str, text: str) -> Table:
    headers, rows = parse(text)
    return Table(title, headers, rows)


def _points(listed: str) -> tuple[str, ...]:
    return tuple(line.removeprefix("- ") for line in listed.splitlines())


def _after_tables(text: str) -> str:
    _, _, notes = text.partition("\n### ")
    return f"### {notes}" if notes else ""
