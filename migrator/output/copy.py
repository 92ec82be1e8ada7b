"""Writing a migrated copy of a project (``--output``)."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from migrator.errors import UsageError, WriteFailed
from migrator.output.report import FilePlan

MARKER = ".migrator-output"
"""The file that says that a folder was made by ``--output``, so the next run may replace it."""

_CACHES = frozenset(
    {
        "__pycache__",
        "node_modules",
        ".git",
        ".hg",
        ".svn",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        ".nox",
        MARKER,
    }
)


def check_destination(root: Path, destination: Path) -> None:
    """Check that a copy of *root* may be written to *destination*.

    Raises :exc:`migrator.errors.UsageError` if something else is there, or if it is the project.
    """
    if destination.resolve() == root.resolve() or root.resolve().is_relative_to(
        destination.resolve()
    ):
        raise UsageError(f"--output {destination}: this is the project, or holds it")
    if not destination.exists():
        return
    if not destination.is_dir():
        raise UsageError(f"--output {destination}: this is a file; name a new or empty folder")
    if any(destination.iterdir()) and not (destination / MARKER).is_file():
        raise UsageError(
            f"--output {destination}: the folder is not empty, and was not made by the migrator "
            f"(it has no {MARKER} file); name another, or remove it"
        )


def write_copy(root: Path, destination: Path, plans: Sequence[FilePlan]) -> None:
    """Copy *root* to *destination* and write *plans* there; a former copy is replaced.

    Environments, version control and caches stay behind. The copy takes its place only when it is
    complete. Raises :exc:`migrator.errors.UsageError` as :func:`check_destination` does, and
    :exc:`migrator.errors.WriteFailed` if the disk fails.
    """
    check_destination(root, destination)
    folder = destination.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as working:
            fresh = Path(working) / "new"
            _copy(root, fresh, folder)
            for plan in plans:
                _write(fresh, plan)
            (fresh / MARKER).write_text("Made by python -m migrator --output.\n", "utf-8")
            _swap(fresh, folder, Path(working) / "old")
    except (OSError, shutil.Error) as error:
        raise WriteFailed(f"--output {destination}: {error}; nothing was written there") from error


def _copy(root: Path, fresh: Path, destination: Path) -> None:
    if root.is_file():
        fresh.mkdir()
        shutil.copy2(root, fresh / root.name)
        return

    def left_out(folder: str, names: list[str]) -> set[str]:
        paths = {name: Path(folder, name) for name in names}
        return {name for name, path in paths.items() if _stays_behind(path, destination)}

    shutil.copytree(root, fresh, symlinks=True, ignore=left_out)


def _stays_behind(path: Path, destination: Path) -> bool:
    if path.name in _CACHES or (path / "pyvenv.cfg").exists():
        return True
    # The destination, or the working folder beside it, may be inside the project.
    beside = path.name.startswith(f".{destination.name}-")
    return path.resolve() == destination or (beside and path.parent.resolve() == destination.parent)


def _write(fresh: Path, plan: FilePlan) -> None:
    path = fresh / plan.path
    if not plan.changed:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() and not path.resolve().is_relative_to(fresh.resolve()):
        # A link with an absolute target would lead back into the original.
        path.unlink()
    path.write_bytes(plan.after)


def _swap(fresh: Path, destination: Path, old: Path) -> None:
    if destination.exists():
        destination.replace(old)
    try:
        fresh.replace(destination)
    except OSError:
        if old.exists():
            old.replace(destination)
        raise
