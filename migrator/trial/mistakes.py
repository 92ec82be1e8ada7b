"""What is wrong with a test command, in words for its user."""

from pathlib import Path

from migrator.errors import UsageError


def imports_original(option: str, root: Path, path: str) -> UsageError:
    """Return the error that the command of *option* imported *path* of *root*, not of its copy."""
    return UsageError(
        f"{option}: the command imports {root / path} itself, not its copy, so it can tell nothing "
        "about it; nothing was written. Leave absolute paths out of the command and the test "
        "configuration, and make the tests import from the project's folder or its src folder"
    )
