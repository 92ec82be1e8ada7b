"""The report for people: what happened, what is left, and why."""

from collections.abc import Iterable, Iterator, Sequence

from click import style

from migrator.coloring.colors import Link, State
from migrator.findings import Finding
from migrator.output.report import FilePlan, FunctionReport, Report

_SHOWN_LINKS = 3
"""Reasons for the companion that are listed; the rest is counted."""

_COLORS = {State.ASYNC: "green", State.SYNC: "blue", State.BRIDGED: "yellow"}

_MEANING = {
    State.ASYNC: "`async def`, names from quart",
    State.SYNC: "need no await: Quart runs them in the request's thread",
    State.BRIDGED: "stay Flask code, run in the request's thread beside Quart",
}


def render(report: Report) -> str:
    """Return the report with terminal styles (``click.unstyle`` takes them off)."""
    return _joined([_files(report), _states(report), _bridged(report), _rest(report)])


def render_all(report: Report) -> str:
    """Return the report with the reasons for every function, for ``--verbose``."""
    return _joined(
        [_files_and_rules(report), _states(report), _every_function(report), _rest(report)]
    )


def explanation(function: FunctionReport) -> str:
    """Return the whole reason chain of one function."""
    verdict = function.verdict
    lines = [f"{_place(function)} {style('is', dim=True)} {_state(verdict.state)}"]
    lines += [f"  called by: {it.role} ({it.via}), {it.location}" for it in function.entry_points]
    lines.append("  because:")
    lines += [f"    {link.location}  {link.text}" for link in verdict.reason]
    return "\n".join(lines)


def _joined(sections: Iterable[str]) -> str:
    return "\n\n".join(section for section in sections if section) + "\n"


def _files(report: Report) -> str:
    if not report.changed:
        return "Nothing to change: nothing here is Flask code that is not migrated."
    title = _title(f"Files ({len(report.changed)})")
    return "\n".join([title, *(f"  {plan.path}{_new(plan)}" for plan in report.changed)])


def _files_and_rules(report: Report) -> str:
    rules = [style(", ".join(plan.rules), dim=True) for plan in report.changed]
    first, *files = _files(report).split("\n")
    return "\n".join(
        [first, *(f"{file}\n      {by}" for file, by in zip(files, rules, strict=True))]
    )


def _new(plan: FilePlan) -> str:
    return style(" (new)", fg="green") if plan.before is None else ""


def _states(report: Report) -> str:
    if not report.functions:
        return ""
    counts = report.states
    lines = [_title(f"Functions ({len(report.functions)})")]
    for state, meaning in _MEANING.items():
        if counts.get(state):
            lines.append(f"  {counts[state]:>4} {_state(state):<16} {style(meaning, dim=True)}")
    return "\n".join(lines)


def _bridged(report: Report) -> str:
    found = [it for it in report.functions if it.verdict.state is State.BRIDGED]
    if not found:
        return ""
    return "\n".join([_title("Bridged, and why"), *(line for it in found for line in _why(it))])


def _why(function: FunctionReport) -> Iterator[str]:
    """Say in two lines at most why a function is what it is: its need, and what is in the way."""
    reason = function.verdict.reason
    yield f"  {_place(function)}"
    for link in dict.fromkeys([*reason[:1], *reason[-1:]]):
        yield f"      {link.text} {style(f'({link.location})', dim=True)}"


def _every_function(report: Report) -> str:
    if not report.functions:
        return ""
    lines = [_title("Every function, and why")]
    for function in report.functions:
        lines.append(f"  {_place(function)} {_state(function.verdict.state)}")
        lines += [_link(link) for link in function.verdict.reason]
    return "\n".join(lines)


def _rest(report: Report) -> str:
    return "\n\n".join(filter(None, [_companion(report.needs_companion), _left(report.findings)]))


def _companion(reasons: Sequence[Link]) -> str:
    if not reasons:
        return ""
    lines = [_title("Still needs compat_shims, because")]
    lines += [_link(link) for link in reasons[:_SHOWN_LINKS]]
    if len(reasons) > _SHOWN_LINKS:
        lines.append(f"      and {len(reasons) - _SHOWN_LINKS} more reasons (--format json)")
    return "\n".join(lines)


def _link(link: Link) -> str:
    return f"      {style(str(link.location), dim=True)}  {link.text}"


def _left(findings: Sequence[Finding]) -> str:
    if not findings:
        return style("Nothing is left to do by hand.", fg="green")
    title = _title(f"Left for you ({len(findings)})")
    return "\n".join([title, *(line for it in findings for line in finding_lines(it))])


def finding_lines(finding: Finding) -> list[str]:
    """Return one finding: place, message, reason and next step."""
    rule = style(f"[{finding.rule}]", dim=True)
    return [
        f"  {style(str(finding.location), bold=True)} {finding.message} {rule}",
        f"      why:  {finding.why}",
        f"      next: {finding.next_step}",
    ]


def summary(report: Report) -> str:
    """Return the figures of the report in one line."""
    states = [f"{report.states[state]} {state}" for state in _MEANING if report.states.get(state)]
    files = len(report.changed)
    parts = [
        f"{files} {'file changes' if files == 1 else 'files change'}",
        f"functions: {', '.join(states) or 'none'}",
        f"{len(report.findings)} left for you",
    ]
    return "; ".join(parts)


def _title(text: str) -> str:
    return style(text, bold=True)


def _state(state: State) -> str:
    return style(state.value, fg=_COLORS.get(state))


def _place(function: FunctionReport) -> str:
    name = function.verdict.function
    return f"{style(f'{name.path}:{name.line}', bold=True)} {name.name}"
