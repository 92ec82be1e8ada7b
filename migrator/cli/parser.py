"""The options and arguments, as ``--help`` shows them."""

from pathlib import Path
from typing import Any

import click

from migrator.cli.invocation import FORMATS, Invocation
from migrator.cli.modes import mode_of
from migrator.options import Strategy, TestMode
from migrator.output.formats.data import migrator_version

_EPILOG = """\b
Exit status:
  0  done, nothing is left to do by hand
  1  something is left, --check or --diff would change something, --verify failed, or an
     answer to --interactive was no
  2  wrong usage or unreadable input; nothing was written
  3  internal error or failed self-check; nothing was written

Settings: [tool.migrator] in the project's pyproject.toml may hold strategy, tests, only, skip,
exclude, native. --strategy, --tests and --only replace a setting, the others add to it.
"""


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
    help="What becomes of the tests: they stay as they are and run on Quart, or become async tests "
    "on Quart's own client [default: keep].",
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
    "--interactive", is_flag=True, help="Show each file's diff and ask before anything is written."
)
@click.option(
    "--annotate",
    is_flag=True,
    help="Leave a note in the code where something is bridged or left for you, and why.",
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
    return mode_of(invocation)(invocation)
