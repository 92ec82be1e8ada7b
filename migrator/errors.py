"""Every error that the migrator raises on purpose.

    MigratorError
     ├── UsageError          wrong use of the command line or the configuration
     ├── UnreadableSource    a file that cannot be read, decoded or parsed
     ├── WriteRefused        the disk is in a state in which nothing may be written
     ├── WriteFailed         writing failed in the middle and was rolled back
     ├── EditConflict        two edits that cannot both be applied
     └── SelfCheckFailed     the planned result is not what it must be

The message of each says what happened, where, and what to do. ``exit_status`` is what the command
line ends with: 2 for what the user can put right, 3 for what the migrator got wrong.
"""

# ruff: noqa: N818  A name says what happened, as httpx's do: "Error" on each would add nothing.


class MigratorError(Exception):
    """Base of all errors of the migrator; ``str()`` of it is fit for the user."""

    exit_status = 3


class UsageError(MigratorError):
    """The command line or the configuration asks for something impossible."""

    exit_status = 2


class UnreadableSource(MigratorError):
    """A file cannot be read, decoded or parsed.

    ``line`` counts from 1 and ``column`` from 0, in characters; ``path`` is relative to the root.
    """

    exit_status = 2

    def __init__(self, path: str, line: int, column: int, reason: str) -> None:
        """Name the place and the *reason*, which says what the user can do."""
        self.path = path
        self.line = line
        self.column = column
        self.reason = reason
        super().__init__(f"{path}:{line}:{column + 1}: {reason}")


class WriteRefused(MigratorError):
    """Nothing was written, because the tree must not be written in this state."""

    exit_status = 2


class WriteFailed(MigratorError):
    """Writing failed in the middle; the files that were written are as before."""


class EditConflict(MigratorError):
    """Two edits that cannot both be applied, or one that does not fit its place."""

    def __init__(self, place: str, rules: tuple[str, ...], reason: str) -> None:
        """Name the *place* (``path:line``), the *rules* whose edits clash, and the *reason*."""
        self.place = place
        self.rules = rules
        self.reason = reason
        names = " and ".join(dict.fromkeys(rules))
        super().__init__(f"{place}: {reason} (planned by {names})")


class SelfCheckFailed(MigratorError):
    """The plan does not hold what the migrator promises, so nothing was written.

    ``places`` are the paths and the functions concerned, by qualified name (empty: module level).
    """

    def __init__(self, message: str, places: tuple[tuple[str, str], ...] = ()) -> None:
        """Say what does not hold in *message*, and name the *places*."""
        self.places = places
        super().__init__(message)
