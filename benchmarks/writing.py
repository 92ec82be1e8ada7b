"""Write a file that the user asked for."""

from pathlib import Path

from benchmarks.errors import UsageError


def write(path: Path, text: str) -> None:
    """Write `text` to `path`, whose folder is made where it is missing.

    Raises:
        UsageError: It cannot be written.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}.") from error
