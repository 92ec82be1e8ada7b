"""The findings as SARIF 2.1.0, for code scanning services and editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json

from migrator.findings import Finding
from migrator.output.formats.data import migrator_version
from migrator.output.report import Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report) -> str:
    """Return one SARIF run with one result a finding."""
    rules = sorted({finding.rule for finding in report.findings})
    driver = {
        "name": "migrator",
        "version": migrator_version(),
        "rules": [{"id": rule} for rule in rules],
    }
    results = [_result(finding, rules.index(finding.rule)) for finding in report.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(finding: Finding, rule_index: int) -> dict[str, object]:
    span = finding.location.span
    region = {
        "startLine": span.line,
        "startColumn": span.column + 1,
        "endLine": span.end_line,
        "endColumn": span.end_column + 1,
    }
    location = {
        "physicalLocation": {
            "artifactLocation": {"uri": finding.location.path},
            "region": region,
        }
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": "warning",
        "message": {"text": f"{finding.message}. {finding.why} {finding.next_step}"},
        "locations": [location],
    }
