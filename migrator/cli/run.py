"""A run of the command line, whatever happens in it: messages, no tracebacks."""

import sys
import tempfile
import traceback
from collections.abc import Sequence

import click

from migrator.cli.parser import command
from migrator.cli.printing import say
from migrator.errors import MigratorError

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    try:
        return int(command.main(arguments, prog_name="migrator", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except MigratorError as error:
        say(f"error: {error}")
        return error.exit_status
    except (KeyboardInterrupt, click.Abort):
        say("interrupted: nothing was changed")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain at exit.
        sys.stdout = None
        return 0
    except Exception as error:  # noqa: BLE001  a traceback is no message for a user
        say(_internal_error(error))
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
