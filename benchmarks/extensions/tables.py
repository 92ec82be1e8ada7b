"""The scoreboard of extensions as text: a table, then what fails and why."""

from collections.abc import Iterator, Sequence

from benchmarks.apps import rates as rate
from benchmarks.apps.tables import (
    UNKNOWN,
    about_baseline,
    about_quart,
    about_run,
    failures,
    notes,
    passed_of,
    quart_cells,
)
from benchmarks.extensions.explanations import explanations
from benchmarks.extensions.results import ExtensionResult, Patched
from benchmarks.tables import markdown

HEADERS = (
    "suite",
    "Flask",
    "shims",
    "failed",
    "same tests",
    "requesting",
    "by Quart",
    "by Flask",
    "quart-flask-patch",
)

# How many causes of failures to name under quart-flask-patch.
_CAUSES = 2


def render(results: Sequence[ExtensionResult]) -> str:
    """Return the whole report on `results`, in Markdown; Flask's own suite counts apart."""
    table = markdown(HEADERS, [_row(result) for result in results])
    return "\n\n".join(filter(None, (table, rates(results), *map(_notes, results))))


def rates(results: Sequence[ExtensionResult]) -> str:
    """Return the pass rates of extensions and of Flask's own suite, apart."""
    extensions = [result for result in results if result.role == "extension"]
    framework = [result for result in results if result.role == "framework"]
    lines = (*_rates("Extensions", extensions), *_rates("Flask's own suite", framework))
    return "\n".join(f"- {line}" for line in lines)


def _rates(title: str, results: Sequence[ExtensionResult]) -> Iterator[str]:
    if not results:
        return
    passing = rate.total(map(rate.passing, results))
    yield f"{title}: {passing} tests that pass on Flask pass on Quart."
    requesting = rate.total(map(rate.requesting, results))
    yield f"{title}, of the tests that send a request: {requesting}."
    if len(results) > 1:
        least = min(results, key=lambda result: rate.passing(result).share)
        yield f"{title}, the suite with the least: {least.name}, {rate.passing(least)}."
    patched = rate.total(map(patched_rate, results))
    yield f"{title} under quart-flask-patch: {patched}."


def patched_rate(result: ExtensionResult) -> rate.Rate:
    """Return how many of the tests that pass on Flask pass under quart-flask-patch."""
    return rate.on_other(result.baseline, result.patched.suite if result.patched else None)


def patched_cell(result: ExtensionResult) -> str:
    """Return them in figures: a suite that cannot even be imported has executed hardly anything."""
    kept = patched_rate(result)
    return f"{kept.kept} of {kept.due}" if result.patched else UNKNOWN


def _row(result: ExtensionResult) -> list[str]:
    return [
        result.name,
        passed_of(result.baseline.taken.suite if result.baseline else None),
        *quart_cells(result.quart),
        patched_cell(result),
    ]


def _notes(result: ExtensionResult) -> str:
    return notes(
        result.name,
        [
            *about_run(result.trouble, result.network),
            *(about_baseline(result.baseline) if result.baseline else ()),
            *(about_quart(result.quart) if result.quart else ()),
            *_lost(result),
            *(_about_patch(result.patched) if result.patched else ()),
        ],
    )


def _lost(result: ExtensionResult) -> list[str]:
    """Name each test that was lost, with the reason where it is known."""
    known = explanations().get(result.name, {})
    broken = result.quart.comparison.broken if result.quart else ()
    return [f"lost: {name}: {known.get(name, 'not explained')}" for name in broken]


def _about_patch(patched: Patched) -> list[str]:
    whole = [f"the run as a whole {patched.suite.trouble}"] if patched.suite.trouble else []
    causes = failures(patched.suite, among=patched.suite.failed)[:_CAUSES]
    return [f"under quart-flask-patch {line}" for line in (*whole, *causes)]
