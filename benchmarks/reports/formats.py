"""The same figures in the forms that other tools read."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median, stdev
from typing import Any

from benchmarks.reports.figures import Better, Figure
from benchmarks.reports.judgement import Difference, Judgement, Verdict, interval_of
from benchmarks.stats import spread
from benchmarks.tables import markdown

_MARKS: Mapping[Verdict, str] = {
    "holds": "ok",
    "fails": "FAILS",
    "inconclusive": "inconclusive",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many judgements came out which way."""

    holds: int
    fails: int
    inconclusive: int

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.holds} hold, {self.fails} fail, {self.inconclusive} inconclusive."


def counts(judgements: Sequence[Judgement]) -> Counts:
    """Count the verdicts."""
    verdicts = [judgement.verdict for judgement in judgements]
    return Counts(*(verdicts.count(verdict) for verdict in _MARKS))


def gate_markdown(judgements: Sequence[Judgement]) -> str:
    """Return a table of what does not hold, those that fail first, and the counts of all."""
    odd = [judgement for judgement in judgements if judgement.verdict != "holds"]
    ranked = sorted(odd, key=lambda judgement: judgement.verdict)
    rows = [[one.figure.name, _value(one), str(one.limit), _MARKS[one.verdict]] for one in ranked]
    if not judgements:
        return "No figure has a limit."
    table = markdown(("figure", "value", "limit", "verdict"), rows) + "\n\n" if rows else ""
    return f"{table}{counts(judgements)}"


def compare_markdown(differences: Sequence[Difference], *, same_speed: bool) -> str:
    """Return the differences as a table, and whether the machines were equally fast."""
    rows = [
        [one.name, f"{one.before:.4g}", f"{one.after:.4g}", _ratio(one), one.change]
        for one in differences
    ]
    table = markdown(("figure", "before", "after", "ratio (95 %)", "change"), rows)
    speed = (
        ""
        if same_speed
        else (
            "\n\nThe calibrations differ: the machines were not equally fast. Then times and "
            "rates say nothing; counts and ratios do."
        )
    )
    return (table if rows else "The two have no figure in common.") + speed


def junit(judgements: Sequence[Judgement]) -> str:
    """Return JUnit XML with a case for each judgement; an inconclusive one is skipped."""
    seen = counts(judgements)
    suite = ET.Element(
        "testsuite",
        name="benchmarks",
        tests=str(len(judgements)),
        failures=str(seen.fails),
        skipped=str(seen.inconclusive),
    )
    for one in judgements:
        group, _, name = one.figure.name.partition("/")
        case = ET.SubElement(suite, "testcase", classname=f"benchmarks.{group}", name=name)
        if one.verdict != "holds":
            tag = "failure" if one.verdict == "fails" else "skipped"
            ET.SubElement(case, tag, message=f"{_value(one)}, limit: {one.limit}")
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def results(figures: Sequence[Figure], environment: Mapping[str, Any]) -> str:
    """Return every figure as JSON, with the 95 % interval of its median where it has samples."""
    rows = [asdict(figure) | {"interval": asdict(interval_of(figure))} for figure in figures]
    return json.dumps({"environment": dict(environment), "figures": rows}, indent=1)


def pytest_benchmark(figures: Sequence[Figure], environment: Mapping[str, Any]) -> str:
    """Return figures with samples in the shape of pytest-benchmark's JSON."""
    report = {
        "machine_info": {"python_version": environment.get("python"), "node": ""},
        "commit_info": {"id": environment.get("commit")},
        "datetime": environment.get("date"),
        "version": "5.0.0",
        "benchmarks": [_benchmark(figure) for figure in figures if figure.samples],
    }
    return json.dumps(report, indent=1)


def github_action(figures: Sequence[Figure], better: Better) -> str:
    """Return the figures of one direction as github-action-benchmark's custom JSON.

    https://github.com/benchmark-action/github-action-benchmark#examples
    """
    chosen = [figure for figure in figures if figure.better == better]
    rows = [{"name": one.name, "unit": one.unit or "ratio", "value": one.value} for one in chosen]
    return json.dumps(rows, indent=1)


def _benchmark(figure: Figure) -> dict[str, object]:
    samples, quartiles = figure.samples, spread(figure.samples)
    group, _, name = figure.name.partition("/")
    return {
        "group": group,
        "name": name,
        "fullname": figure.name,
        "params": None,
        "extra_info": {"unit": figure.unit},
        "stats": {
            "min": min(samples),
            "max": max(samples),
            "mean": fmean(samples),
            "stddev": stdev(samples) if len(samples) > 1 else 0.0,
            "median": median(samples),
            "q1": quartiles.low,
            "q3": quartiles.high,
            "iqr": quartiles.high - quartiles.low,
            "rounds": len(samples),
            "iterations": 1,
            "data": list(samples),
        },
    }


def _value(judgement: Judgement) -> str:
    figure, interval = judgement.figure, judgement.interval
    value = f"{figure.value:.4g} {figure.unit}".strip()
    if figure.others and judgement.verdict == "inconclusive":
        return f"{value} (others took {figure.others:.0%} of the machine)"
    if interval.low == interval.high:
        return value
    return f"{value} (95 %: {interval.low:.4g} to {interval.high:.4g})"


def _ratio(difference: Difference) -> str:
    if difference.interval is None:
        return "-"
    return f"{difference.interval.low:.3f} to {difference.interval.high:.3f}"
