"""Virtual environments of a project: as pinned for Flask, and the same with Quart beside it."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.apps.distribution import Distribution
from benchmarks.apps.manifest import Project
from benchmarks.errors import StepError
from benchmarks.processes import must
from benchmarks.tools import uv

# The counts of the manifest were taken on it.
PYTHON = "3.11"

# What an environment was made for; it is made anew when that differs.
_STAMP = "benchmark-stamp.json"

# What the caller's own environment must not lend to a project's.
_PRIVATE = ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PYTHONHOME", "PYTHONPATH", "PYTHONWARNINGS")


@dataclass(frozen=True, slots=True)
class Changes:
    """How an install changed the versions of an environment, as ``name old -> new`` and so on."""

    moved: tuple[str, ...]
    added: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in one line."""
        moved = ", ".join(self.moved) or "no pinned version"
        return f"moved {moved}; added {', '.join(self.added) or 'nothing'}"


@dataclass(frozen=True, slots=True)
class _Stamp:
    digest: str
    changes: Changes


def make_pinned(project: Project, environment: Path) -> None:
    """Make `environment` hold exactly the versions of the manifest, unless it does already."""
    digest = _digest(project.install)
    if _digest_of(environment) != digest:
        _create(environment, project)
        _write_stamp(environment, digest, Changes((), ()))


def make_with(beside: Distribution, project: Project, environment: Path) -> Changes:
    """Make `environment` the pinned one with `beside` installed, and so with Quart.

    The pins hold unless they contradict what `beside` needs; the result says which gave way. What
    is there already is kept, but for `beside` itself, which is always installed anew.
    """
    digest = _digest((*project.install, beside.name, beside.needs))
    if _digest_of(environment) == digest:
        _pip(environment, "--no-deps", "--reinstall-package", beside.name, *beside.requirements)
    else:
        _create(environment, project)
        before = _versions(environment)
        _install_beside(environment, project, beside)
        _write_stamp(environment, digest, compare(before, _versions(environment)))
    return changes_of(environment)


def changes_of(environment: Path) -> Changes:
    """Return how installing a distribution changed the pinned `environment`."""
    changes = json.loads((environment / _STAMP).read_text(encoding="utf-8"))["changes"]
    return Changes(tuple(changes["moved"]), tuple(changes["added"]))


def set_up(project: Project, environment: Path, tree: Path) -> None:
    """Run the project's own set-up steps in `tree`, so that the environment imports that tree."""
    for step in project.setup:
        must(("bash", "-c", step), cwd=tree, env=variables(environment, project.env))


def variables(environment: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the variables under which a command runs in `environment`.

    A project's tests may use git: no repository above its tree is to be found by them.
    """
    kept = {key: value for key, value in os.environ.items() if key not in _PRIVATE}
    return kept | {
        "VIRTUAL_ENV": str(environment),
        "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "UV": uv(),
        "GIT_CEILING_DIRECTORIES": str(environment.parents[2]),
        **extra,
    }


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    """Return what differs between two states of an environment's versions."""
    moved = [
        f"{name} {old} -> {after.get(name, 'removed')}"
        for name, old in before.items()
        if after.get(name) != old
    ]
    added = [f"{name} {new}" for name, new in after.items() if name not in before]
    return Changes(tuple(sorted(moved)), tuple(sorted(added)))


def _create(environment: Path, project: Project) -> None:
    shutil.rmtree(environment, ignore_errors=True)
    environment.parent.mkdir(parents=True, exist_ok=True)
    _uv("venv", "--python", PYTHON, str(environment))
    _pip(environment, "--no-deps", *project.install)


def _install_beside(environment: Path, project: Project, beside: Distribution) -> None:
    pins = environment / "pins.txt"
    pins.write_text("\n".join(project.install), encoding="utf-8")
    try:
        _pip(environment, "--constraints", str(pins), *beside.requirements)
    except StepError:
        _pip(environment, *beside.requirements)


def _versions(environment: Path) -> dict[str, str]:
    listing = _uv("pip", "list", "--format", "json", "--python", str(environment))
    rows = json.loads(next(line for line in listing.splitlines() if line.startswith("[")))
    return {row["name"]: row["version"] for row in rows}


def _pip(environment: Path, *arguments: str) -> None:
    _uv("pip", "install", "--quiet", "--python", str(environment), *arguments)


def _uv(*arguments: str) -> str:
    return must((uv(), *arguments), cwd=Path.cwd(), env=os.environ).output


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join((PYTHON, *parts)).encode()).hexdigest()


def _digest_of(environment: Path) -> str:
    stamp = environment / _STAMP
    if not stamp.is_file():
        return ""
    return str(json.loads(stamp.read_text(encoding="utf-8"))["digest"])


def _write_stamp(environment: Path, digest: str, changes: Changes) -> None:
    text = json.dumps(asdict(_Stamp(digest, changes)), indent=1)
    (environment / _STAMP).write_text(text, encoding="utf-8")
