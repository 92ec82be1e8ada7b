"""Rewrites a Flask project into async Quart code.

:func:`plan` says what a migration would change and why; :func:`migrate` plans it and writes it.
"""

from migrator.findings import Finding
from migrator.options import Options
from migrator.output.report import Report
from migrator.pipeline import plan

__all__ = ["Finding", "Options", "Report", "plan"]
