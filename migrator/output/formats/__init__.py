"""The report in the formats of ``--format``: each module renders a report as text."""
