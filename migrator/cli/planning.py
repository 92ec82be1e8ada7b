"""From the command line to the plan of the migration."""

import shlex
from pathlib import Path

from migrator.cli.invocation import Invocation
from migrator.cli.printing import talk
from migrator.cli.terminal import progress_bar
from migrator.errors import UnreadableSource, UsageError
from migrator.facts.evidence import NO_EVIDENCE, Evidence
from migrator.options import Options
from migrator.output.disagreements import agreed
from migrator.output.report import Report
from migrator.source.files import discover
from migrator.trial.evidence import gather


def planned(invocation: Invocation) -> Report:
    """Return the plan that *invocation* asks for; nothing is written."""
    from migrator.fallback import plan_that_holds  # noqa: PLC0415  --help needs none of it

    options = invocation.options()
    evidence = _evidence(invocation, options)
    try:
        with progress_bar(wanted=not invocation.quiet) as progress:
            report = plan_that_holds(invocation.root, options, progress, evidence)
    except UnreadableSource as error:
        hint = f"put it right, or leave the file out with --exclude {shlex.quote(error.path)}"
        raise UsageError(f"{error}{_caret(error, invocation.folder)}\n{hint}") from error
    if evidence:
        talk(f"{agreed(report)}\n", invocation)
    return report


def _evidence(invocation: Invocation, options: Options) -> Evidence:
    """Return what the project's tests see of it, if they are to be asked."""
    if invocation.evidence is None:
        return NO_EVIDENCE
    paths = discover(invocation.folder, options.exclude)
    return gather(
        invocation.folder, paths, invocation.evidence, lambda line: talk(line, invocation)
    )


def _caret(error: UnreadableSource, folder: Path) -> str:
    """Return the line of the error with a caret under its place, if it can be shown."""
    try:
        lines = (folder / error.path).read_text("utf-8", "strict").splitlines()
        line = lines[error.line - 1]
    except (OSError, ValueError, IndexError):
        return ""
    under = "".join("\t" if char == "\t" else " " for char in line[: error.column])
    return f"\n    {line}\n    {under}^"
