"""The command line: the only code that prints."""

from migrator.cli.parser import command
from migrator.cli.run import main

__all__ = ["command", "main"]
