"""The scoreboard of extensions as text: a table, then what fails and why."""

from collections.abc import Sequence

from benchmarks.apps.tables import (
    about_baseline,
    about_quart,
    about_run,
    failures,
    notes,
    passed_of,
    quart_cells,
)
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
    lines = [
        _rate("Extensions", [result for result in results if result.role == "extension"]),
        _rate("Flask's own suite", [result for result in results if result.role == "framework"]),
    ]
    return "\n".join(filter(None, lines))


def _rate(title: str, results: Sequence[ExtensionResult]) -> str:
    whole = [result for result in results if result.baseline]
    if not whole:
        return ""
    due = sum(len(result.baseline.taken.suite.passed) for result in whole if result.baseline)
    shims, patch = (sum(kept) for kept in zip(*map(_kept, whole), strict=True))
    return (
        f"{title}: of {due} tests that pass on Flask, {shims} pass on Quart with the shims "
        f"({shims / due:.1%}), {patch} under quart-flask-patch ({patch / due:.1%})."
    )


def _kept(result: ExtensionResult) -> tuple[int, int]:
    if result.baseline is None:
        return 0, 0
    due = result.baseline.taken.suite.passed
    shims = len(due & result.quart.taken.suite.passed) if result.quart else 0
    return shims, len(due & result.patched.suite.passed) if result.patched else 0


def _row(result: ExtensionResult) -> list[str]:
    return [
        result.name,
        passed_of(result.baseline.taken.suite if result.baseline else None),
        *quart_cells(result.quart),
        passed_of(result.patched.suite if result.patched else None),
    ]


def _notes(result: ExtensionResult) -> str:
    return notes(
        result.name,
        [
            *about_run(result.trouble, result.network),
            *(about_baseline(result.baseline) if result.baseline else ()),
            *(about_quart(result.quart) if result.quart else ()),
            *(_about_patch(result.patched) if result.patched else ()),
        ],
    )


def _about_patch(patched: Patched) -> list[str]:
    whole = [f"the run as a whole {patched.suite.trouble}"] if patched.suite.trouble else []
    causes = failures(patched.suite, among=patched.suite.failed)[:_CAUSES]
    return [f"under quart-flask-patch {line}" for line in (*whole, *causes)]
