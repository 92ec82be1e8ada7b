"""What is printed: the product on stdout, talk on stderr."""

from importlib import import_module

import click

from migrator.cli.invocation import Invocation
from migrator.cli.terminal import wants_color
from migrator.errors import WriteFailed
from migrator.output.formats import text
from migrator.output.report import Report


def colored(diff: str) -> str:
    """Return *diff* with the colors that diffs have."""
    colors = {"+": "green", "-": "red", "@": "cyan"}
    lines = diff.splitlines(keepends=True)
    return "".join(click.style(line, fg=colors.get(line[0])) for line in lines)


def show(product: str, invocation: Invocation) -> None:
    """Print the product of a run."""
    click.echo(product, nl=False, color=wants_color(invocation.color))


def talk(message: str, invocation: Invocation) -> None:
    """Say *message* to whoever watches the run, unless ``--quiet``."""
    if not invocation.quiet:
        say(message)


def say(message: str) -> None:
    """Say *message*, ``--quiet`` or not."""
    click.echo(message, err=True)


def report_done(report: Report, invocation: Invocation) -> None:
    """Report what was written."""
    write_report(report, invocation)
    if invocation.report is None:
        show(rendered(report, invocation), invocation)
    else:
        talk(text.summary(report), invocation)


def write_report(report: Report, invocation: Invocation) -> None:
    """Write the report to the file that ``--report`` names, if it names one."""
    if invocation.report is None:
        return
    try:
        invocation.report.parent.mkdir(parents=True, exist_ok=True)
        content = click.unstyle(rendered(report, invocation))
        invocation.report.write_text(content, "utf-8")
    except OSError as error:
        raise WriteFailed(f"--report {invocation.report}: {error.strerror}") from error


def rendered(report: Report, invocation: Invocation) -> str:
    """Return the report in the format asked for."""
    if invocation.format == "text":
        return text.render_all(report) if invocation.verbose else text.render(report)
    rendered: str = import_module(f"migrator.output.formats.{invocation.format}").render(report)
    return rendered
