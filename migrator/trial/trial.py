"""The trial of a migration: the project's tests before and after it, in copies."""

from collections.abc import Callable, Sequence
from pathlib import Path

from migrator.errors import UsageError
from migrator.output.report import FilePlan
from migrator.trial.compare import Comparison, compare
from migrator.trial.copies import Copies, copies
from migrator.trial.mistakes import imports_original
from migrator.trial.outcome import Run
from migrator.trial.run import imported_from, run
from migrator.trial.text import last_lines


def try_out(
    root: Path, plans: Sequence[FilePlan], command: str, say: Callable[[str], None]
) -> Comparison:
    """Run *command* on the project at *root* as it is and with *plans*; the project is not touched.

    *say* is told what runs. Raises :exc:`migrator.errors.UsageError` where the comparison would
    mean nothing: the tests do not pass before the migration, or import the project itself.
    """
    changed = [plan.path for plan in plans if plan.changed]
    with copies(root, plans) as two:
        say(f"Running the tests in a copy of the project as it is: {command}")
        before = run(command, two.before, two.working)
        _check_imports(root, changed, two)
        _check_passes(command, before)
        say("Running the tests in a migrated copy")
        after = run(command, two.after, two.working)
        _check_imports(root, changed, two)
    return compare(before, after)


def _check_passes(command: str, before: Run) -> None:
    if before.is_good_for_nothing:
        raise UsageError(
            f"the tests do not pass before the migration: {command!r} ended with status "
            f"{before.status} in an unmigrated copy of the project, and no test passed; nothing "
            "was written. Give --verify a command that passes in the project's folder. It printed:"
            f"\n{last_lines(before)}"
        )


def _check_imports(root: Path, changed: Sequence[str], two: Copies) -> None:
    originals = imported_from(root, changed, two.working)
    if originals:
        raise imports_original("--verify", root, originals[0])
