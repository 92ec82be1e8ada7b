"""What version control knows of a project."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path


def changed_files(root: Path) -> list[str]:
    """Return the files below *root* that git tracks and that differ from the last commit."""
    return _git(root, "diff", "--name-only", "--relative", "-z", "HEAD", "--", ".") or _git(
        root, "diff", "--name-only", "--relative", "-z", "--cached", "--", "."
    )


def tracks_all(root: Path, paths: Iterable[str]) -> bool:
    """Whether git has a version of each of *paths* (relative to *root*) to go back to."""
    tracked = set(_git(root, "ls-files", "-z", "--", "."))
    return bool(tracked) and all(path in tracked for path in paths)


def _git(root: Path, *arguments: str) -> list[str]:
    """Run git in the project's folder; outside a repository, or without git, there is nothing."""
    program = shutil.which("git")
    if program is None:
        return []
    folder = root if root.is_dir() else root.parent
    done = subprocess.run(  # noqa: S603  a fixed program with fixed options
        [program, *arguments], cwd=folder, capture_output=True, check=False
    )
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [name for name in names if name] if done.returncode == 0 else []
