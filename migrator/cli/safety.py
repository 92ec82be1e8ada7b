"""What stands before writing: a clean tree, the project's tests, and a way back."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from migrator.cli.invocation import Invocation
from migrator.cli.printing import say, talk
from migrator.errors import WriteRefused
from migrator.output import backup, git
from migrator.output.report import Report
from migrator.trial.text import render
from migrator.trial.trial import try_out

_LOSES = (
    "What passed before the migration does not pass after it, so nothing was written. Ask why with "
    "--explain PATH:LINE, leave a rule out with --skip RULE, or begin with --strategy bridge."
)


def stands_the_trial(report: Report, invocation: Invocation) -> bool:
    """Whether the project's tests lose nothing by the migration, if that is to be tried."""
    if invocation.verify is None or not report.changed:
        return True
    comparison = try_out(
        invocation.folder, report.files, invocation.verify, lambda line: talk(line, invocation)
    )
    if comparison.holds:
        talk(f"{render(comparison)}\n", invocation)
    else:
        say(f"{render(comparison)}\n\n{_LOSES}")
    return comparison.holds


def check_tree(folder: Path, *, allow_dirty: bool) -> bool:
    """Return whether files differ from the last commit, where git knows the folder.

    Raises :exc:`migrator.errors.WriteRefused` if so, unless *allow_dirty*.
    """
    differing = git.changed_files(folder)
    if differing and not allow_dirty:
        raise WriteRefused(_dirty(differing, folder))
    return bool(differing)


def _dirty(differing: Sequence[str], folder: Path) -> str:
    shown = ", ".join(differing[:3]) + (", …" if len(differing) > 3 else "")  # noqa: PLR2004  a line
    count = "1 file differs" if len(differing) == 1 else f"{len(differing)} files differ"
    return (
        f"{folder}: {count} from the last commit ({shown}); nothing was "
        "written. Commit or stash them, so that git shows what the migration did, or say "
        "--allow-dirty"
    )


def undo_command(report: Report, folder: Path, *, keeps_backup: bool) -> str:
    """Return the one command that undoes the migration, keeping originals where git has none."""
    if not report.changed:
        return ""
    shown = shlex.quote(str(folder))
    old = [plan.path for plan in report.changed if plan.before is not None]
    new = [shlex.quote(str(folder / it.path)) for it in report.changed if it.before is None]
    if keeps_backup or not old or not git.tracks_all(folder, old):
        backup.keep(folder, report.changed)
        return f"{Path(sys.executable).name} -m migrator --undo {shown}"
    removal = f" && rm {' '.join(new)}" if new else ""
    return f"git -C {shown} restore .{removal}"
