"""``--interactive``: each file's diff, a question after each, and only then the writing.

A function is async because of another in another file, so part of a migration is a broken program.
The answers decide about the whole: every file is taken, or nothing is written.
"""

from collections.abc import Iterator, Sequence

import click

from migrator.cli.invocation import Invocation
from migrator.cli.printing import colored, say
from migrator.cli.terminal import wants_color
from migrator.output.diff import unified
from migrator.output.report import FilePlan, Report

_ANSWERS = {
    "y": "yes, this file is right; show the next one",
    "n": "no, not like this; show the next one, and write nothing in the end",
    "a": "yes to this file and all the rest; write",
    "q": "quit now and write nothing",
    "?": "show this help",
}
_SHORT = {"yes": "y", "no": "n", "all": "a", "quit": "q"}
_HELP = "\n".join(f"  {answer}  {meaning}" for answer, meaning in _ANSWERS.items())

_REFUSED = (
    "Nothing was written: the files belong together, so a migration without some of them would "
    "not run. To have it otherwise, put `# migrator: keep[RULE]` on a line that is to stay as it "
    "is, or leave a rule out with --skip RULE; --explain PATH:LINE says why a function changes."
)


def approved(report: Report, invocation: Invocation) -> bool:
    """Whether the user takes every file of the plan, if that is to be asked.

    Raises :exc:`click.Abort` at the end of the input.
    """
    if not invocation.interactive or not report.changed:
        return True
    refused: list[FilePlan] = []
    for plan, answer in _answers(report.changed, invocation):
        if answer == "q":
            say("Nothing was written.")
            return False
        if answer == "n":
            refused.append(plan)
    if refused:
        say("\n".join(["", "Not taken:", *map(_line, refused), "", _REFUSED]))
    return not refused


def _answers(plans: Sequence[FilePlan], invocation: Invocation) -> Iterator[tuple[FilePlan, str]]:
    """Show one plan after the other, and yield what the user says to each."""
    for number, plan in enumerate(plans, start=1):
        click.echo(colored(unified([plan])), err=True, color=wants_color(invocation.color))
        answer = _ask(f"[{number}/{len(plans)}] Take {plan.path}?")
        yield plan, answer
        if answer in {"a", "q"}:
            return


def _ask(question: str) -> str:
    text = click.style(f"{question} [{','.join(_ANSWERS)}]", bold=True)
    while True:
        given = click.prompt(text, default="?", show_default=False, prompt_suffix=" ", err=True)
        answer = _SHORT.get(given.strip().lower(), str(given).strip().lower())
        if answer in _SHORT.values():
            return answer
        say(_HELP)


def _line(plan: FilePlan) -> str:
    by = f" (changed by {', '.join(plan.rules)})" if plan.rules else ""
    return f"  {plan.path}{by}"
