"""Every figure of a result under one name, with its samples, so that it can be held to a limit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Literal

from benchmarks.apps import rates
from benchmarks.apps.results import AppResult, Baseline, OnQuart
from benchmarks.bill.runner import BillResult
from benchmarks.blocking.runner import BlockingResult
from benchmarks.codemod.ratio import CodemodResult
from benchmarks.evidence.results import EvidenceResult, total
from benchmarks.extensions.results import ExtensionResult
from benchmarks.reports.results import ResultsFile
from benchmarks.shims.kinds import KINDS
from benchmarks.shims.ratio import ShimResult
from benchmarks.users.runner import UsersResult

Better = Literal["smaller", "bigger"]

_BETTER: Mapping[str, Better] = {"capacity": "bigger"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A named value: `samples` are the measurements behind it, empty for a plain count.

    `others` is the share of the machine that other processes took, where that disturbed a figure
    that was measured by the clock; else 0.
    """

    name: str
    value: float
    unit: str
    better: Better
    samples: tuple[float, ...] = ()
    others: float = 0.0


def figures(files: Iterable[ResultsFile]) -> tuple[Figure, ...]:
    """Return all figures of `files`, in order: those of each result, then those of all together."""
    return tuple(figure for file in files for figure in _of_file(file))


def _of_file(file: ResultsFile) -> Iterator[Figure]:
    for result in file.results:
        yield from _OF[file.kind](result)
    if file.kind in {"apps", "extensions"} and file.results:
        yield from _totals(file)
    if file.kind == "evidence":
        yield from _shares("evidence, all", file.results)


def _totals(file: ResultsFile) -> Iterator[Figure]:
    measured = [one for one in file.results if getattr(one, "role", "app") != "framework"]
    name = f"{file.kind}, all"
    passing = rates.total(map(rates.passing, measured)).share
    yield Figure(f"{name}/pass rate", passing, "", "bigger")
    requesting = rates.total(map(rates.requesting, measured)).share
    yield Figure(f"{name}/pass rate of tests that send a request", requesting, "", "bigger")
    if file.kind == "apps":
        share = rates.turned_async(one.migration for one in measured if one.migration).share
        yield Figure(f"{name}/async share", share, "", "bigger")


def _of_codemod(result: CodemodResult) -> Iterator[Figure]:
    samples = tuple(one.plan / one.parse for one in result.rounds)
    yield Figure(
        f"codemod/{result.name}/plan over parse", result.plan.median, "x", "smaller", samples
    )
    yield Figure(f"codemod/{result.name}/peak memory", result.peak / 2**20, "MB", "smaller")


def _of_app(result: AppResult) -> Iterator[Figure]:
    name = f"apps/{result.name}"
    yield Figure(f"{name}/trouble", float(bool(result.trouble)), "steps", "smaller")
    yield from _of_baseline(name, result.baseline)
    if result.migration is not None:
        edited = float(len(result.migration.edited_tests))
        yield Figure(f"{name}/edited tests", edited, "files", "smaller")
        if (share := result.migration.async_share) is not None:
            yield Figure(f"{name}/async share", share, "", "bigger")
    if result.on_loop is not None and not result.on_loop.trouble:
        on_loop = float(result.on_loop.total)
        yield Figure(f"{name}/blocking calls on the loop", on_loop, "calls", "smaller")
    yield from _of_quart(name, result.quart)


def _of_evidence(result: EvidenceResult) -> Iterator[Figure]:
    name = f"evidence/{result.name}"
    yield Figure(f"{name}/trouble", float(bool(result.trouble)), "steps", "smaller")
    yield from _shares(name, [result])
    unexplained = float(len(result.unexplained))
    yield Figure(f"{name}/unexplained", unexplained, "functions", "smaller")
    lost = float(result.due - result.passed)
    yield Figure(f"{name}/lost under the recorder", lost, "tests", "smaller")


def _shares(name: str, results: Sequence[EvidenceResult]) -> Iterator[Figure]:
    """Yield recall and precision over *results*, where anything was seen or run."""
    sides = {"": [one.app for one in results], " in tests": [one.tests for one in results]}
    for where, counts in sides.items():
        found = total(counts)
        if found.recall is not None:
            yield Figure(f"{name}/recall{where}", found.recall, "", "bigger")
        if found.precision is not None:
            yield Figure(f"{name}/precision{where}", found.precision, "", "bigger")


def _of_extension(result: ExtensionResult) -> Iterator[Figure]:
    name = f"{'extensions' if result.role == 'extension' else result.role}/{result.name}"
    yield Figure(f"{name}/trouble", float(bool(result.trouble)), "steps", "smaller")
    yield from _of_baseline(name, result.baseline)
    yield from _of_quart(name, result.quart)
    if result.quart is not None:
        yield Figure(f"{name}/pass rate", rates.passing(result).share, "", "bigger")


def _of_baseline(name: str, baseline: Baseline | None) -> Iterator[Figure]:
    if baseline is not None:
        count = float(len(baseline.deviations))
        yield Figure(f"{name}/baseline deviations", count, "counts", "smaller")


def _of_quart(name: str, quart: OnQuart | None) -> Iterator[Figure]:
    if quart is None:
        return
    lost = len({*quart.comparison.broken, *quart.comparison.not_executed})
    passed = float(len(quart.taken.suite.passed))
    yield Figure(f"{name}/passed on Quart", passed, "tests", "bigger")
    yield Figure(f"{name}/lost on Quart", float(lost), "tests", "smaller")
    if quart.taken.served is not None:
        served = float(quart.taken.served.by_flask)
        yield Figure(f"{name}/served by Flask alone", served, "requests", "smaller")


def _of_blocking(result: BlockingResult) -> Iterator[Figure]:
    name = f"blocking/{result.endpoint.name}/{result.configuration.name}"
    if result.possible:
        yield Figure(f"{name}/trouble", float(bool(result.trouble)), "steps", "smaller")
    if result.mixed is not None:
        on_loop = float(result.mixed.on_loop)
        yield Figure(f"{name}/blocking calls on the loop", on_loop, "calls", "smaller")
    if result.hops_each is not None:
        yield Figure(f"{name}/hops a request", result.hops_each, "hops", "smaller")
    others = (result.others or 0.0) if result.disturbed else 0.0
    for figure in _by_the_clock(name, result):
        yield replace(figure, others=others)


def _by_the_clock(name: str, result: BlockingResult) -> Iterator[Figure]:
    yield Figure(f"{name}/unanswered", float(result.unanswered), "requests", "smaller")
    if result.pairs:
        # Paired, and yet: where cores are short, what costs more CPU falls behind.
        ratios = tuple(pair.ratio for pair in result.pairs)
        yield Figure(f"{name}/capacity over gunicorn's", median(ratios), "x", "bigger", ratios)
    if (share := result.of_ceiling) is not None:
        yield Figure(f"{name}/capacity of ceiling", share, "", "bigger")
    if result.capacity is not None:
        yield Figure(f"{name}/capacity", result.capacity.rate, "requests/s", "bigger")
    if result.trivial is not None:
        yield Figure(f"{name}/trivial p99", result.trivial.p99, "ms", "smaller")
    if result.mixed is not None and result.mixed.lags:
        yield Figure(f"{name}/loop lag p99", result.mixed.lag(99), "ms", "smaller")


def _of_bill(result: BillResult) -> Iterator[Figure]:
    if result.framework == "quart":
        held = float(sum(billed.item.often for billed in result.items))
        yield Figure(f"run/{result.target}/lines that hold the loop", held, "lines", "smaller")


def _of_shims(result: ShimResult) -> Iterator[Figure]:
    name, better = f"shims/{result.kind}/{result.name}", _BETTER.get(result.kind, "smaller")
    others = (result.others or 0.0) if result.disturbed else 0.0
    if result.kind == "lag":
        yield Figure(f"{name}: ms", result.value.median, "ms", better, result.values, others)
    elif result.name != KINDS[result.kind].floor:
        ratio = result.ratio.median
        yield Figure(f"{name} over floor", ratio, "x", better, result.ratios, others)


def _of_users(result: UsersResult) -> Iterator[Figure]:
    name = f"users/{result.case.name} on {result.server}"
    yield Figure(f"{name}/trouble", float(bool(result.trouble)), "steps", "smaller")
    yield Figure(f"{name}/mixed up", float(result.mixed_up), "answers", "smaller")
    yield Figure(f"{name}/errors", float(result.errors), "answers", "smaller")
    yield Figure(f"{name}/hanging", float(result.hanging), "requests", "smaller")
    yield Figure(f"{name}/not let go", float(sum(result.leaks.values())), "things", "smaller")


_OF: Mapping[str, Callable[[Any], Iterator[Figure]]] = {
    "apps": _of_app,
    "blocking": _of_blocking,
    "codemod": _of_codemod,
    "evidence": _of_evidence,
    "extensions": _of_extension,
    "run": _of_bill,
    "shims": _of_shims,
    "users": _of_users,
}
