"""Rewrites a Flask project into async Quart code.

:func:`plan` says what a migration would change and why; :func:`migrate` plans it and writes it.
"""

from pathlib import Path

from migrator.findings import Finding
from migrator.options import Options
from migrator.output.report import Report

__all__ = ["Finding", "Options", "Report", "migrate", "plan"]


def plan(root: str | Path, options: Options | None = None) -> Report:
    """Plan the migration of the project at *root*; nothing is written.

    Raises :exc:`migrator.errors.MigratorError` where the input cannot be read.
    """
    from migrator import pipeline  # noqa: PLC0415  whoever only asks for help needs no layer

    return pipeline.plan(root, options)


def migrate(root: str | Path, options: Options | None = None) -> Report:
    """Plan the migration of the project at *root*, check the plan, and write it: all or nothing.

    Raises :exc:`migrator.errors.MigratorError` where the input cannot be read, the plan does not
    hold, or a file cannot be written; then nothing was changed.
    """
    from migrator.fallback import plan_that_holds  # noqa: PLC0415  see above
    from migrator.output.write import write  # noqa: PLC0415  see above

    path = Path(root)
    report = plan_that_holds(path, options or Options())
    write(path if path.is_dir() else path.parent, report.changed)
    return report
