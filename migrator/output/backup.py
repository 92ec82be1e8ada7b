"""Originals kept beside a project that no version control keeps, and ``--undo``."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator.errors import UsageError, WriteFailed, WriteRefused
from migrator.output.report import FilePlan
from migrator.output.write import write

_MANIFEST = "migration.json"
_FILES = "files"


@dataclass(frozen=True, slots=True)
class _Kept:
    """One file of a backup: whether it was there before, and the digest that migration gave it."""

    existed: bool
    after: str


def folder_of(root: Path) -> Path:
    """Return the backup folder of a project: beside it, named after it."""
    real = root.resolve()
    return real.with_name(f"{real.name}.before-migration")


def keep(root: Path, plans: Sequence[FilePlan]) -> Path:
    """Keep the originals of the files that *plans* change; return the folder.

    A file that an earlier migration has kept is not kept again: ``--undo`` goes back to the first
    original. Raises :exc:`migrator.errors.WriteFailed` if the folder cannot be written.
    """
    folder = folder_of(root)
    kept = _read(folder) if folder.exists() else {}
    try:
        for plan in plans:
            if plan.changed:
                existed = kept[plan.path].existed if plan.path in kept else plan.before is not None
                if plan.path not in kept and plan.before is not None:
                    _save(folder / _FILES / plan.path, plan.before)
                kept = {**kept, plan.path: _Kept(existed, _digest(plan.after))}
        _save(folder / _MANIFEST, _manifest(kept))
    except OSError as error:
        raise WriteFailed(
            f"{folder}: the originals cannot be kept: {error.strerror}; nothing was changed. "
            "Put the project under version control, or use --output"
        ) from error
    return folder


def undo(root: Path) -> tuple[str, ...]:
    """Put the originals back, remove what the migration added, and return the paths.

    Raises :exc:`migrator.errors.UsageError` if there is no backup, and
    :exc:`migrator.errors.WriteRefused` if a file was edited since the migration.
    """
    folder = folder_of(root)
    if not (folder / _MANIFEST).is_file():
        raise UsageError(
            f"{root}: there is no backup of this project ({folder.name} beside it); "
            "under version control, go back with it"
        )
    kept = _read(folder)
    _refuse_edited(root, kept)
    plans = [
        FilePlan(path, (root / path).read_bytes(), (folder / _FILES / path).read_bytes(), ())
        for path, file in kept.items()
        if file.existed
    ]
    write(root, plans)
    for path, file in kept.items():
        if not file.existed:
            (root / path).unlink(missing_ok=True)
    shutil.rmtree(folder)
    return tuple(kept)


def _refuse_edited(root: Path, kept: Mapping[str, _Kept]) -> None:
    for path, file in kept.items():
        current = root / path
        if not current.is_file():
            raise WriteRefused(f"{path}: the file is gone since the migration; nothing was undone")
        if _digest(current.read_bytes()) != file.after:
            raise WriteRefused(
                f"{path}: the file was edited since the migration; nothing was undone. "
                f"The original is in {folder_of(root) / _FILES}"
            )


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content)
    temporary.replace(path)


def _read(folder: Path) -> dict[str, _Kept]:
    try:
        content = json.loads((folder / _MANIFEST).read_text("utf-8"))
        return {path: _Kept(**file) for path, file in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WriteRefused(
            f"{folder}: this is no backup made by the migrator ({error}); move it away"
        ) from error


def _manifest(kept: Mapping[str, _Kept]) -> bytes:
    files = {path: {"existed": it.existed, "after": it.after} for path, it in kept.items()}
    return json.dumps({"files": files}, indent=1, sort_keys=True).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
