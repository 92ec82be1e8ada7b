"""The report as JSON, for scripts."""

import json

from migrator.output.formats.data import report_data
from migrator.output.report import Report


def render(report: Report) -> str:
    """Return the report as one JSON object."""
    return json.dumps(report_data(report), indent=2) + "\n"
