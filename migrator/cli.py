"""The command line: the only code that prints."""

import shlex
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from migrator.config import suggestion
from migrator.errors import (
    MigratorError,
    UnreadableSource,
    UsageError,
    WriteFailed,
    WriteRefused,
)
from migrator.facts.catalog.natives import natives
from migrator.facts.evidence import NO_EVIDENCE, Evidence
from migrator.invocation import FORMATS, Invocation
from migrator.options import Options, Strategy, TestMode
from migrator.output import backup, copy, git
from migrator.output.diff import unified
from migrator.output.disagreements import agreed
from migrator.output.explain import explain
from migrator.output.formats import text
from migrator.output.formats.data import migrator_version
from migrator.output.report import Report
from migrator.output.write import write
from migrator.source.files import discover
from migrator.terminal import progress_bar, wants_color
from migrator.trial.evidence import gather
from migrator.trial.text import render
from migrator.trial.trial import try_out

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""

_EPILOG = """\b
Exit status:
  0  done, nothing is left to do by hand
  1  something is left, --check or --diff would change something, or --verify failed
  2  wrong usage or unreadable input; nothing was written
  3  internal error or failed self-check; nothing was written

Settings: [tool.migrator] in the project's pyproject.toml may hold strategy, only, skip, exclude,
native.
"""

_LOSES = (
    "What passed before the migration does not pass after it, so nothing was written. Ask why with "
    "--explain PATH:LINE, leave a rule out with --skip RULE, or begin with --strategy bridge."
)


@click.command(
    name="migrator",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write a migrated copy to DIR; the project stays as it is.",
)
@click.option("--diff", is_flag=True, help="Write nothing; print what would change as a diff.")
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change.")
@click.option(
    "--undo", is_flag=True, help="Put back the originals that a migration kept beside the project."
)
@click.option(
    "--explain",
    metavar="PATH:LINE",
    help="Say why the function at that line becomes async, stays sync or is bridged.",
)
@click.option(
    "--strategy",
    type=click.Choice([it.value for it in Strategy]),
    help="How far functions are made async [default: auto].",
)
@click.option(
    "--tests",
    type=click.Choice([it.value for it in TestMode]),
    help="What becomes of the tests: they stay as they are and run on Quart [default: keep].",
)
@click.option("--only", multiple=True, metavar="RULE", help="Apply this rule (repeatable) alone.")
@click.option("--skip", multiple=True, metavar="RULE", help="Leave this rule out (repeatable).")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave these files out.")
@click.option(
    "--native",
    multiple=True,
    metavar="NAME=LIBRARY",
    help="Replace a blocking library by a native one (repeatable), instead of offloading it.",
)
@click.option("--list-native", is_flag=True, help="List what --native can replace.")
@click.option("--list-rules", is_flag=True, help="List the rules.")
@click.option("--show-rule", metavar="RULE", help="Print the page of a rule.")
@click.option(
    "--format",
    "report_format",
    type=click.Choice(FORMATS),
    help="The format of the report [default: text, or by the name of the report's FILE].",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report to FILE.",
)
@click.option(
    "--verify",
    metavar="COMMAND",
    help="Run the project's tests before and after in copies; write only if nothing is lost.",
)
@click.option(
    "--evidence",
    metavar="COMMAND",
    help="Run the project's tests once on Flask, in a copy, and use what they show of the app.",
)
@click.option(
    "--allow-dirty", is_flag=True, help="Migrate although files differ from the last commit."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Report the reasons for every function.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Color the output [default: auto]; NO_COLOR and FORCE_COLOR are respected.",
)
@click.version_option(migrator_version(), message="migrator %(version)s")
def command(**given: Any) -> int:
    """Turn the Flask project at PATH into a Quart project: in place, all or nothing."""
    invocation = Invocation(**given)
    invocation.check_consistency()
    return _action(invocation)(invocation)


def _action(invocation: Invocation) -> Callable[[Invocation], int]:
    actions: dict[Callable[[Invocation], int], bool] = {
        _list_rules: invocation.list_rules,
        _list_native: invocation.list_native,
        _show_rule: invocation.show_rule is not None,
        _undo: invocation.undo,
        _explain: invocation.explain is not None,
        _diff: invocation.diff,
        _check: invocation.check,
        _migrate_copy: invocation.output is not None,
    }
    return next((action for action, is_asked in actions.items() if is_asked), _migrate)


def _list_rules(invocation: Invocation) -> int:
    from migrator.rules import _discover  # noqa: PLC0415  loading every rule takes a while

    width = max(len(rule.name) for rule in _discover.all_rules())
    for rule in _discover.all_rules():
        _print(f"{click.style(f'{rule.name:<{width}}', bold=True)}  {rule.title}\n", invocation)
    return 0


def _list_native(invocation: Invocation) -> int:
    known = natives()
    width = max(map(len, known))
    for native in known.values():
        name = click.style(f"{native.name:<{width}}", bold=True)
        _print(f"{name}  {native.about}\n", invocation)
    return 0


def _show_rule(invocation: Invocation) -> int:
    from migrator.rules import _discover  # noqa: PLC0415  as above

    pages = {rule.name: rule.page for rule in _discover.all_rules()}
    name = invocation.show_rule or ""
    if name not in pages:
        hint = suggestion(name, pages) or "; --list-rules lists them"
        raise UsageError(f"there is no rule {name!r}{hint}")
    _print(pages[name].rstrip() + "\n", invocation)
    return 0


def _undo(invocation: Invocation) -> int:
    restored = backup.undo(invocation.folder)
    _print("".join(f"{path}\n" for path in restored), invocation)
    _talk(f"{len(restored)} files are as they were before the migration.", invocation)
    return 0


def _explain(invocation: Invocation) -> int:
    report = _plan(invocation)
    _print(explain(report, invocation.folder, invocation.explain or ""), invocation)
    return 0


def _diff(invocation: Invocation) -> int:
    report = _plan(invocation)
    _print(_colored(unified(report.changed)), invocation)
    return _written_nothing(report, invocation)


def _check(invocation: Invocation) -> int:
    report = _plan(invocation)
    if invocation.report_format and invocation.report is None:
        _print(_rendered(report, invocation), invocation)
    else:
        _print("".join(f"{plan.path}\n" for plan in report.changed), invocation)
    return _written_nothing(report, invocation)


def _written_nothing(report: Report, invocation: Invocation) -> int:
    _write_report(report, invocation)
    _talk(text.summary(report), invocation)
    return 1 if report.changed else report.exit_status


def _migrate(invocation: Invocation) -> int:
    folder = invocation.folder
    differing = git.changed_files(folder)
    if differing and not invocation.allow_dirty:
        raise WriteRefused(_dirty(differing, folder))
    report = _plan(invocation)
    if not _stands_the_trial(report, invocation):
        return 1
    undo = _undo_command(report, folder, keeps_backup=bool(differing))
    write(folder, report.changed)
    _report_done(report, invocation)
    if undo:
        _talk(f"\nTo undo this migration: {undo}", invocation)
    return report.exit_status


def _migrate_copy(invocation: Invocation) -> int:
    destination = invocation.output or Path()
    copy.check_destination(invocation.root, destination)
    report = _plan(invocation)
    if not _stands_the_trial(report, invocation):
        return 1
    copy.write_copy(invocation.root, destination, report.files)
    _report_done(report, invocation)
    _talk(f"\nThe migrated copy is in {destination}; the original is as it was.", invocation)
    return report.exit_status


def _stands_the_trial(report: Report, invocation: Invocation) -> bool:
    """Whether the project's tests lose nothing by the migration, if that is to be tried."""
    if invocation.verify is None or not report.changed:
        return True
    comparison = try_out(
        invocation.folder, report.files, invocation.verify, lambda line: _talk(line, invocation)
    )
    if comparison.holds:
        _talk(f"{render(comparison)}\n", invocation)
    else:
        _say(f"{render(comparison)}\n\n{_LOSES}")
    return comparison.holds


def _dirty(differing: Sequence[str], folder: Path) -> str:
    shown = ", ".join(differing[:3]) + (", …" if len(differing) > 3 else "")  # noqa: PLR2004  a line
    count = "1 file differs" if len(differing) == 1 else f"{len(differing)} files differ"
    return (
        f"{folder}: {count} from the last commit ({shown}); nothing was "
        "written. Commit or stash them, so that git shows what the migration did, or say "
        "--allow-dirty"
    )


def _undo_command(report: Report, folder: Path, *, keeps_backup: bool) -> str:
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


def _report_done(report: Report, invocation: Invocation) -> None:
    _write_report(report, invocation)
    if invocation.report is None:
        _print(_rendered(report, invocation), invocation)
    else:
        _talk(text.summary(report), invocation)


def _write_report(report: Report, invocation: Invocation) -> None:
    if invocation.report is None:
        return
    try:
        invocation.report.parent.mkdir(parents=True, exist_ok=True)
        content = click.unstyle(_rendered(report, invocation))
        invocation.report.write_text(content, "utf-8")
    except OSError as error:
        raise WriteFailed(f"--report {invocation.report}: {error.strerror}") from error


def _rendered(report: Report, invocation: Invocation) -> str:
    if invocation.format == "text":
        return text.render_all(report) if invocation.verbose else text.render(report)
    rendered: str = import_module(f"migrator.output.formats.{invocation.format}").render(report)
    return rendered


def _plan(invocation: Invocation) -> Report:
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
        _talk(f"{agreed(report)}\n", invocation)
    return report


def _evidence(invocation: Invocation, options: Options) -> Evidence:
    """Return what the project's tests see of it, if they are to be asked."""
    if invocation.evidence is None:
        return NO_EVIDENCE
    paths = discover(invocation.folder, options.exclude)
    return gather(
        invocation.folder, paths, invocation.evidence, lambda line: _talk(line, invocation)
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


def _colored(diff: str) -> str:
    colors = {"+": "green", "-": "red", "@": "cyan"}
    lines = diff.splitlines(keepends=True)
    return "".join(click.style(line, fg=colors.get(line[0])) for line in lines)


def _print(product: str, invocation: Invocation) -> None:
    click.echo(product, nl=False, color=wants_color(invocation.color))


def _talk(message: str, invocation: Invocation) -> None:
    if not invocation.quiet:
        _say(message)


def _say(message: str) -> None:
    click.echo(message, err=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    try:
        return int(command.main(arguments, prog_name="migrator", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except MigratorError as error:
        _say(f"error: {error}")
        return error.exit_status
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted: nothing was changed")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain at exit.
        sys.stdout = None
        return 0
    except Exception as error:  # noqa: BLE001  a traceback is no message for a user
        _say(_internal_error(error))
        return MigratorError.exit_status


def _internal_error(error: Exception) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="migrator-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.writelines(traceback.format_exception(error))
    return (
        f"internal error: {type(error).__name__}: {error}; nothing was written. This is a fault of "
        f"the migrator: please report it with {log.name}"
    )
