"""The findings as annotations of a GitHub Actions run.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from migrator.findings import Finding
from migrator.output.report import Report


def render(report: Report) -> str:
    """Return one ``::warning`` a finding, and a ``::notice`` with the summary."""
    lines = [_warning(finding) for finding in report.findings]
    states = ", ".join(f"{count} {state}" for state, count in sorted(report.states.items()))
    summary = f"{len(report.changed)} files change; functions: {states or 'none'}"
    lines.append(f"::notice title=migrator::{_data(summary)}")
    return "\n".join(lines) + "\n"


def _warning(finding: Finding) -> str:
    span = finding.location.span
    properties = {
        "file": finding.location.path,
        "line": str(span.line),
        "col": str(span.column + 1),
        "endLine": str(span.end_line),
        "title": f"{finding.rule}: {finding.message}",
    }
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::warning {shown}::{_data(f'{finding.why} {finding.next_step}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
