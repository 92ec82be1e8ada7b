"""The modes: what one run of the command line does, and its exit status."""

from collections.abc import Callable
from pathlib import Path

from migrator.cli.invocation import Invocation
from migrator.cli.lists import list_native, list_rules, show_rule
from migrator.cli.planning import planned
from migrator.cli.printing import colored, rendered, report_done, show, talk, write_report
from migrator.cli.review import approved
from migrator.cli.safety import check_tree, stands_the_trial, undo_command
from migrator.output import backup, copy
from migrator.output.diff import unified
from migrator.output.explain import explain
from migrator.output.formats import text
from migrator.output.report import Report
from migrator.output.write import write

Mode = Callable[[Invocation], int]
"""Does what the invocation asks for, and returns the exit status."""


def mode_of(invocation: Invocation) -> Mode:
    """Return the one mode that *invocation* asks for: to migrate in place, if no other."""
    modes: dict[Mode, bool] = {
        list_rules: invocation.list_rules,
        list_native: invocation.list_native,
        show_rule: invocation.show_rule is not None,
        _undo: invocation.undo,
        _explain: invocation.explain is not None,
        _diff: invocation.diff,
        _check: invocation.check,
        _migrate_copy: invocation.output is not None,
    }
    return next((mode for mode, is_asked in modes.items() if is_asked), _migrate)


def _undo(invocation: Invocation) -> int:
    restored = backup.undo(invocation.folder)
    show("".join(f"{path}\n" for path in restored), invocation)
    talk(f"{len(restored)} files are as they were before the migration.", invocation)
    return 0


def _explain(invocation: Invocation) -> int:
    report = planned(invocation)
    show(explain(report, invocation.folder, invocation.explain or ""), invocation)
    return 0


def _diff(invocation: Invocation) -> int:
    report = planned(invocation)
    show(colored(unified(report.changed)), invocation)
    return _written_nothing(report, invocation)


def _check(invocation: Invocation) -> int:
    report = planned(invocation)
    if invocation.report_format and invocation.report is None:
        show(rendered(report, invocation), invocation)
    else:
        show("".join(f"{plan.path}\n" for plan in report.changed), invocation)
    return _written_nothing(report, invocation)


def _written_nothing(report: Report, invocation: Invocation) -> int:
    write_report(report, invocation)
    talk(text.summary(report), invocation)
    return 1 if report.changed else report.exit_status


def _migrate(invocation: Invocation) -> int:
    folder = invocation.folder
    is_dirty = check_tree(folder, allow_dirty=invocation.allow_dirty)
    report = planned(invocation)
    if not (stands_the_trial(report, invocation) and approved(report, invocation)):
        return 1
    undo = undo_command(report, folder, keeps_backup=is_dirty)
    write(folder, report.changed)
    report_done(report, invocation)
    if undo:
        talk(f"\nTo undo this migration: {undo}", invocation)
    return report.exit_status


def _migrate_copy(invocation: Invocation) -> int:
    destination = invocation.output or Path()
    copy.check_destination(invocation.root, destination)
    report = planned(invocation)
    if not (stands_the_trial(report, invocation) and approved(report, invocation)):
        return 1
    copy.write_copy(invocation.root, destination, report.files)
    report_done(report, invocation)
    talk(f"\nThe migrated copy is in {destination}; the original is as it was.", invocation)
    return report.exit_status
