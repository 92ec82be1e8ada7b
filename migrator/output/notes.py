"""What ``--annotate`` writes into the code: why functions stay Flask code, and what is left."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from migrator.coloring.colors import Link, State
from migrator.findings import Finding
from migrator.output.report import FilePlan, FunctionReport, Report
from migrator.source import notes
from migrator.source.files import SourceFile, decode
from migrator.source.notes import Noted, with_notes

_NAME = "annotate"
"""Stands among the rules that changed a file."""

Planner = Callable[[Sequence[SourceFile]], Report]


def noted(files: Sequence[SourceFile], report: Report) -> list[Noted]:
    """Return *files* with notes on what *report* says of them."""
    found = _notes(report)
    return [with_notes(file, found.get(file.path, {})) for file in files]


def with_files(report: Report, plans: Sequence[FilePlan]) -> Report:
    """Return *report* with what *plans* make of its files, which they found with notes in them."""
    return _with_contents(report, {plan.path: plan.after for plan in plans})


def with_last_notes(report: Report, replan: Planner) -> Report:
    """Return *report* with the notes that the next run with ``--annotate`` would add.

    They are on what only shows in the migrated code; so the next run changes nothing.
    """
    results = [decode(it.path, it.after) for it in report.files if it.path.endswith(".py")]
    last = [it.file for it in noted(results, replan(results))]
    return _with_contents(report, {file.path: file.encode(file.text) for file in last})


def _with_contents(report: Report, after: Mapping[str, bytes]) -> Report:
    plans = (_changed(it, after.get(it.path, it.after)) for it in report.files)
    return replace(report, files=tuple(plans))


def _changed(plan: FilePlan, after: bytes) -> FilePlan:
    if after == plan.after:
        return plan
    return replace(plan, after=after, rules=tuple(sorted({*plan.rules, _NAME})))


def _notes(report: Report) -> Mapping[str, Mapping[int, Sequence[str]]]:
    """Return the notes by file and line, those on functions first."""
    found: defaultdict[str, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for function in _bridged(report.functions):
        name = function.verdict.function
        found[name.path][name.line].append(notes.bridged(_reason(function)))
    for finding in report.findings:
        place = finding.location
        found[place.path][place.span.line].append(_left(finding))
    return found


def _bridged(functions: Sequence[FunctionReport]) -> Iterator[FunctionReport]:
    """Yield what stays Flask code, without the parts of async functions that they offload."""
    verdicts = [it.verdict for it in functions]
    offloading = {
        (it.function.path, it.function.name) for it in verdicts if it.state is State.ASYNC
    }
    for function in functions:
        name = function.verdict.function
        parts = name.name.split(".")
        outer = {(name.path, ".".join(parts[:count])) for count in range(1, len(parts))}
        if function.verdict.state is State.BRIDGED and offloading.isdisjoint(outer):
            yield function


def _left(finding: Finding) -> str:
    return notes.left(finding.rule, f"{finding.message}. {finding.next_step}")


def _reason(function: FunctionReport) -> str:
    """Say what the function needs and what is in the way, as the report does."""
    verdict = function.verdict
    links = dict.fromkeys([*verdict.reason[:1], *verdict.reason[-1:]])
    return "; ".join(_linked(link, verdict.function.path) for link in links)


def _linked(link: Link, path: str) -> str:
    """Return the link's text, with the file if it is another: lines would soon be wrong."""
    return link.text if link.location.path == path else f"{link.text} ({link.location.path})"
