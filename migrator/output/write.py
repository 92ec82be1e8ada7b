"""Writing a plan: all of it or nothing.

New contents go to temporary files beside their targets, and only when all of them are on the disk
do they take their places, by renaming. The old files are kept until the last one is in place, and
put back if anything fails.
"""

import os
import shutil
import signal
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from migrator.errors import WriteFailed, WriteRefused
from migrator.output.report import FilePlan

_NEW = ".migrator-new"
_OLD = ".migrator-old"


@dataclass(frozen=True, slots=True)
class _Target:
    """A file to write: ``path`` is the real file behind any symbolic links."""

    path: Path
    plan: FilePlan

    @property
    def new(self) -> Path:
        return self.path.with_name(self.path.name + _NEW)

    @property
    def old(self) -> Path:
        return self.path.with_name(self.path.name + _OLD)


def write(root: Path, plans: Sequence[FilePlan]) -> None:
    """Bring the tree below *root* into the state of *plans*; mode bits are kept.

    A symbolic link is followed to its target, which must be inside *root*. Raises
    :exc:`migrator.errors.WriteRefused` before anything is touched, where a file cannot be written;
    :exc:`migrator.errors.WriteFailed` where writing failed, after everything was put back. An
    interruption (Ctrl-C) puts everything back, too, and goes on.
    """
    targets = _targets(root, [plan for plan in plans if plan.changed])
    try:
        for target in targets:
            _prepare(target)
        with _interrupts_held() as interrupts:
            _commit(targets, interrupts)
    except OSError as error:
        where = error.filename or root
        reason = error.strerror or str(error)
        raise WriteFailed(
            f"{where}: {reason}; nothing was changed. Make room or repair the disk, and try again"
        ) from error
    finally:
        _clean(targets)


def _targets(root: Path, plans: Sequence[FilePlan]) -> list[_Target]:
    found: dict[Path, _Target] = {}
    for plan in plans:
        target = _Target(_real_path(root, plan.path), plan)
        other = found.setdefault(target.path, target)
        if other.plan.after != plan.after:
            raise WriteRefused(
                f"{plan.path} and {other.plan.path} are one file by a symbolic link, but would be "
                "migrated differently; nothing was written. Use --exclude for one of them"
            )
        _check(target)
    return list(found.values())


def _real_path(root: Path, path: str) -> Path:
    real = (root / path).resolve()
    if not real.is_relative_to(root.resolve()):
        raise WriteRefused(
            f"{path}: the symbolic link leads out of the project, to {real}; nothing was written. "
            "Use --exclude to leave it as it is"
        )
    return real


def _check(target: _Target) -> None:
    path, plan = target.path, target.plan
    if not path.exists():
        if plan.before is not None:
            raise WriteRefused(f"{plan.path}: the file is gone; nothing was written. Run again")
        return
    if not _is_writable(path):
        raise WriteRefused(
            f"{plan.path}: the file is read-only; nothing was written. "
            f"Make it writable (chmod u+w {plan.path}) or leave it out with --exclude"
        )
    if path.read_bytes() != plan.before:
        raise WriteRefused(
            f"{plan.path}: the file changed while the migrator ran; nothing was written. Run again"
        )


def _is_writable(path: Path) -> bool:
    """Whether the mode bits let somebody write: root may write anywhere, and must not here."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o222) and os.access(path, os.W_OK)


def _prepare(target: _Target) -> None:
    target.path.parent.mkdir(parents=True, exist_ok=True)
    target.new.write_bytes(target.plan.after)
    if target.path.exists():
        shutil.copymode(target.path, target.new)
        _keep(target)


def _keep(target: _Target) -> None:
    """Keep the old file under a second name: a link takes no room on a full disk."""
    target.old.unlink(missing_ok=True)
    try:
        os.link(target.path, target.old)
    except OSError:
        shutil.copy2(target.path, target.old)


def _commit(targets: Sequence[_Target], interrupts: Sequence[int]) -> None:
    done: list[_Target] = []
    try:
        for target in targets:
            done.append(target)
            target.new.replace(target.path)
        _raise_if(interrupts)
    except BaseException:
        for target in done:
            _put_back(target)
        raise


def _raise_if(interrupts: Sequence[int]) -> None:
    if interrupts:
        raise KeyboardInterrupt


def _put_back(target: _Target) -> None:
    if target.old.exists():
        target.old.replace(target.path)
    elif target.plan.before is None:
        target.path.unlink(missing_ok=True)


def _clean(targets: Sequence[_Target]) -> None:
    for target in targets:
        with suppress(OSError):
            target.new.unlink(missing_ok=True)
            target.old.unlink(missing_ok=True)


@contextmanager
def _interrupts_held() -> Iterator[Sequence[int]]:
    """Collect Ctrl-C while the block runs, so that putting back is not interrupted either."""
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return
    before = signal.signal(signal.SIGINT, lambda number, _frame: received.append(number))
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, before)
