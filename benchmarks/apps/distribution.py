"""What is installed into a project's environment: a wheel of the checkout that measures."""

import hashlib
import os
import zipfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.errors import StepError
from benchmarks.processes import must
from benchmarks.tools import uv

NAME = "flask-to-quart"

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Distribution:
    """What to hand to ``pip install``, a digest of its content, and one of what it requires."""

    name: str
    requirements: tuple[str, ...]
    digest: str
    needs: str


def build(wheels: Path) -> Distribution:
    """Build a wheel of the checkout that this module lies in; without one, name the release.

    With it comes blockbuster, which the shims' guard needs to count blocking calls.

    Raises:
        StepError: The wheel cannot be built.

    """
    if not (CHECKOUT / "pyproject.toml").is_file():
        return released(NAME)
    wheels.mkdir(parents=True, exist_ok=True)
    command = (uv(), "build", "--quiet", "--wheel", "--out-dir", str(wheels), str(CHECKOUT))
    must(command, cwd=CHECKOUT, env=os.environ)
    wheel = max(wheels.glob("*.whl"), key=lambda path: path.stat().st_mtime)
    guard = released("blockbuster").requirements
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return Distribution(NAME, (str(wheel), *guard), digest, " ".join((_needs(wheel), *guard)))


def released(name: str) -> Distribution:
    """Return the release of `name` that is installed here.

    Raises:
        StepError: It is not installed.

    """
    try:
        pinned = f"{name}=={version(name)}"
    except PackageNotFoundError as error:
        raise StepError(f"{name} is not installed: pip install '{NAME}[bench]'.") from error
    return Distribution(name, (pinned,), pinned, pinned)


def _needs(wheel: Path) -> str:
    """Digest the wheel's requirements: its code may change without new environments."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        if not names:
            raise StepError(f"{wheel}: the wheel holds no METADATA.")
        metadata = archive.read(names[0]).decode()
    lines = [line for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    plain = sorted(line for line in lines if "extra ==" not in line)
    return hashlib.sha256("\n".join(plain).encode()).hexdigest()
