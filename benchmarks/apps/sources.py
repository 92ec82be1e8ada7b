"""Bring a project's sdist from the package index, unpack it, copy it."""

import importlib.util
import os
import shutil
import sys
import tarfile
from pathlib import Path

from benchmarks.apps.manifest import Project
from benchmarks.apps.places import Places
from benchmarks.errors import StepError
from benchmarks.processes import describe, run
from benchmarks.tools import uv

# Building metadata with the build backends of today fails for some old sdists; the first of these
# that succeeds brings the file.
_WAYS = (
    ("--no-binary", ":all:"),
    ("--no-binary", ":all:", "--no-build-isolation"),
)


def bring(project: Project, places: Places) -> Path:
    """Return the project's unpacked source, downloaded unless it is there already.

    Raises:
        StepError: The sdist cannot be had, or is not what the manifest names.

    """
    tree = places.pristine(project.name)
    if not tree.is_dir():
        unpack(download(project, places.sdists), project.subdir, tree)
    return tree


def download(project: Project, folder: Path) -> Path:
    """Return the project's sdist in `folder`, brought by pip unless it is there already."""
    sdist = folder / project.sdist
    folder.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []
    for way in _WAYS:
        if sdist.is_file():
            break
        command = (*_pip(), "download", "--quiet", "--no-deps", *way, project.source)
        finished = run(command, cwd=folder, env=os.environ, limit=300)
        failures += [describe(finished)] if finished.status else []
    if not sdist.is_file():
        raise StepError(f"{project.source}: pip brought no {project.sdist}: {'; '.join(failures)}.")
    return sdist


def unpack(sdist: Path, subdir: str, tree: Path) -> None:
    """Unpack the folder `subdir` of `sdist` as `tree`."""
    scratch = tree.with_name(f"{tree.name}.unpacking")
    shutil.rmtree(scratch, ignore_errors=True)
    with tarfile.open(sdist) as archive:
        archive.extractall(scratch, filter="data")
    (top,) = scratch.iterdir()
    if not (top / subdir).is_dir():
        raise StepError(f"{sdist.name}: holds no folder {subdir}.")
    (top / subdir).rename(tree)
    shutil.rmtree(scratch)


def renew(tree: Path, *, source: Path) -> None:
    """Make `tree` a fresh copy of `source`."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(source, tree, symlinks=True)


def _pip() -> tuple[str, ...]:
    if importlib.util.find_spec("pip") is None:
        return (uv(), "tool", "run", "pip")
    return (sys.executable, "-m", "pip")
