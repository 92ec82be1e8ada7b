"""Run the tests of the shims with each Quart, on each Python that is here, and on all they run on.

``make test-matrix``. Each pair of Python and Quart gets an environment below ``build/matrix``; a
Python that is not installed is named, not passed over.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import chain, starmap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENTS = ROOT / "build" / "matrix"

# https://quart.palletsprojects.com: 0.23 needs Python 3.13.
PAIRS = (
    ("3.11", "0.20"),
    ("3.11", "0.21"),
    ("3.11", "0.22"),
    ("3.12", "0.20"),
    ("3.12", "0.22"),
    ("3.13", "0.22"),
    ("3.13", "0.23"),
)

# See tests/compat_shims/under.py; servers serve the apps of extensions and databases.
SERVED = ("tests/compat_shims/extensions", "tests/compat_shims/databases")
UNDER = {
    "uvloop": ("tests/compat_shims",),
    "anyio": ("tests/compat_shims",),
    "uvicorn": SERVED,
    "hypercorn": SERVED,
}


@dataclass(frozen=True)
class Outcome:
    """What came of one row of the matrix."""

    row: str
    text: str
    failed: bool


def main() -> int:
    """Run every row, print what came of it, and return 1 if one failed."""
    failed = False
    for one in chain(starmap(_pair, PAIRS), starmap(_under, UNDER.items())):
        print(f"{one.row:<24}{one.text}", flush=True)
        failed |= one.failed
    return int(failed)


def _pair(python: str, quart: str) -> Outcome:
    row = f"Python {python}, Quart {quart}"
    environment = ENVIRONMENTS / f"python{python}-quart{quart}"
    made = _uv("venv", "--allow-existing", "--no-python-downloads", "--python", python, environment)
    if made.returncode != 0:
        return Outcome(row, f"not run: no Python {python} is installed", failed=False)
    interpreter = environment / "bin" / "python"
    requirements = ("--editable", ".[dev]", f"quart=={quart}.*")
    installed = _uv("pip", "install", "--quiet", "--python", interpreter, *requirements)
    if installed.returncode != 0:
        return Outcome(row, f"cannot be installed:\n{installed.stderr}", failed=True)
    return _tested(row, interpreter, ("tests/compat_shims",), {})


def _under(name: str, folders: tuple[str, ...]) -> Outcome:
    return _tested(f"under {name}", Path(sys.executable), folders, {"TEST_UNDER": name})


def _tested(
    row: str, interpreter: Path, folders: tuple[str, ...], variables: dict[str, str]
) -> Outcome:
    command = (interpreter, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", *folders)
    print(f"{row} ...", file=sys.stderr, flush=True)
    finished = subprocess.run(
        command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    lines = finished.stdout.strip().splitlines() or ["pytest printed nothing"]
    failed = finished.returncode != 0
    told = [line for line in lines if line.startswith(("FAILED", "ERROR"))] if failed else []
    return Outcome(row, "\n  ".join((lines[-1], *told)), failed)


def _uv(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = (sys.executable, "-m", "uv", *map(str, arguments))
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
