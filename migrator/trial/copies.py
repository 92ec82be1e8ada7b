"""The copies of a project in which its tests run."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrator.errors import UsageError, WriteFailed
from migrator.output.copy import write_copy
from migrator.output.report import FilePlan


@dataclass(frozen=True, slots=True)
class Copies:
    """Folders: the project as it is, as it would be, and one for what the runs leave."""

    before: Path
    after: Path
    working: Path


@contextmanager
def copies(root: Path, plans: Sequence[FilePlan]) -> Iterator[Copies]:
    """Copy the project at *root* twice, with *plans* in the second, for as long as the block runs.

    Raises as :func:`working_folder` and :func:`copy` do.
    """
    with working_folder(root) as working:
        yield Copies(copy(root, working / "before"), copy(root, working / "after", plans), working)


@contextmanager
def working_folder(root: Path) -> Iterator[Path]:
    """Make a folder for copies of the project at *root*, for as long as the block runs.

    Raises :exc:`migrator.errors.UsageError` if the folder for temporary files is in the project.
    """
    with tempfile.TemporaryDirectory(prefix="migrator-", ignore_cleanup_errors=True) as folder:
        working = Path(folder).resolve()
        if working.is_relative_to(root.resolve()):
            raise UsageError(
                f"the tests cannot run in a copy: the folder for temporary files, {working.parent}"
                ", is inside the project; set TMPDIR to another"
            )
        yield working


def copy(root: Path, folder: Path, plans: Sequence[FilePlan] = ()) -> Path:
    """Copy the project at *root*, with *plans* in it, below *folder*; return the copy.

    Raises :exc:`migrator.errors.WriteFailed` if the disk fails.
    """
    # A project that is a package itself is imported by the name of its folder.
    destination = folder / (root.resolve().name or "project")
    try:
        write_copy(root, destination, plans)
        for environment in root.resolve().iterdir():
            # A command may name the interpreter of an environment: .venv/bin/python -m pytest.
            if (environment / "pyvenv.cfg").exists():
                (destination / environment.name).symlink_to(environment)
    except (OSError, WriteFailed) as error:
        raise WriteFailed(
            f"the project cannot be copied to {destination.parent} for its tests: "
            f"{error.__cause__ or error}; nothing was written"
        ) from error
    return destination
