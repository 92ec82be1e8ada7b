"""What must hold of a plan before any of it is written."""

import warnings
from collections.abc import Callable, Iterable, Sequence

from migrator.errors import SelfCheckFailed
from migrator.output.report import FilePlan, Report
from migrator.source.files import SourceFile, decode


def verify(report: Report, replan: Callable[[Sequence[SourceFile]], Report]) -> None:
    """Check the plan in *report*; ``replan`` plans the migration of its result.

    Every new Python file compiles, so no ``await`` stands outside an async function, and migrating
    the result again would change nothing. Raises :exc:`migrator.errors.SelfCheckFailed`.
    """
    for plan in report.changed:
        if plan.path.endswith(".py"):
            _compiles(plan)
    if report.changed:
        _is_final(replan(_sources(report.files)))


def _sources(plans: Iterable[FilePlan]) -> list[SourceFile]:
    return [decode(plan.path, plan.after) for plan in plans if plan.path.endswith(".py")]


def _compiles(plan: FilePlan) -> None:
    try:
        with warnings.catch_warnings():
            # Warnings about the user's own escapes and comparisons are no failed check.
            warnings.simplefilter("ignore")
            compile(plan.after, plan.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise SelfCheckFailed(
            f"{plan.path}:{line}: the migrated file would not compile: {error} "
            f"(changed by {', '.join(plan.rules)}); nothing was written. "
            "This is a fault of the migrator: please report it; --exclude leaves the file out"
        ) from error


def _is_final(second: Report) -> None:
    if not second.changed:
        return
    names = ", ".join(f"{plan.path} ({', '.join(plan.rules)})" for plan in second.changed)
    raise SelfCheckFailed(
        f"a second migration would change the result again: {names}; nothing was written. "
        "This is a fault of the migrator: please report it; --skip leaves a rule out"
    )
