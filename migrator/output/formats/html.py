"""The report as one HTML page without scripts or outside resources."""

from collections.abc import Sequence
from html import escape

from migrator.coloring.colors import Link, State
from migrator.findings import Finding
from migrator.output.report import FunctionReport, Report

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
code { font-size: 0.9em } li { margin: 0.2rem 0 } summary { cursor: pointer; padding: 0.2rem 0 }
dl.counts { display: flex; gap: 2rem } dl.counts dd { margin: 0; font-size: 2rem }
.state { border-radius: 0.3rem; color: #fff; font-size: 0.85em; padding: 0.1rem 0.5rem }
.async { background: #1a7f37 } .sync { background: #0969da } .bridged { background: #9a6700 }
.untouched { background: #6e7781 }
"""


def render(report: Report) -> str:
    """Return the report as a page; the reasons of each function unfold on a click."""
    body = "\n".join(
        [
            f"<h1>From Flask to Quart</h1><p>Strategy <code>{escape(report.strategy)}</code></p>",
            _counts(report),
            "<h2>Left to do</h2>",
            "\n".join(map(_finding, report.findings)) or "<p>Nothing.</p>",
            "<h2>Functions</h2>",
            "\n".join(map(_function, report.functions)) or "<p>None.</p>",
            _companion(report.needs_companion),
            "<h2>Files</h2>",
            _list([f"<code>{escape(plan.path)}</code>" for plan in report.changed]),
        ]
    )
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>From Flask to Quart</title><style>{_STYLE}</style>"
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _counts(report: Report) -> str:
    states = (State.ASYNC, State.SYNC, State.BRIDGED)
    counts = {"files changed": len(report.changed)}
    counts |= {state.value: report.states.get(state, 0) for state in states}
    counts["left to do"] = len(report.findings)
    cells = "".join(f"<div><dt>{name}</dt><dd>{count}</dd></div>" for name, count in counts.items())
    return f'<dl class="counts">{cells}</dl>'


def _function(function: FunctionReport) -> str:
    verdict = function.verdict
    name = verdict.function
    state = f'<span class="state {verdict.state}">{verdict.state}</span>'
    place = f"<code>{escape(name.path)}:{name.line}</code> {escape(name.name)}"
    return f"<details><summary>{state} {place}</summary>{_chain(verdict.reason)}</details>"


def _chain(links: Sequence[Link]) -> str:
    return _list([f"<code>{escape(str(it.location))}</code> {escape(it.text)}" for it in links])


def _companion(links: Sequence[Link]) -> str:
    return f"<h2>Still needs <code>compat_shims</code></h2>{_chain(links)}" if links else ""


def _finding(finding: Finding) -> str:
    place = f"<code>{escape(str(finding.location))}</code>"
    return (
        f"<details open><summary>{place} {escape(finding.message)}</summary>"
        f"<p>{escape(finding.why)}</p><p><b>Next:</b> {escape(finding.next_step)} "
        f"<small>({escape(finding.rule)})</small></p></details>"
    )


def _list(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
