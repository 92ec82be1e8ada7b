"""Migrate the bookshop to Quart, run its unedited tests there, and say how to start it.

Run it as ``make demo``. It may be run again at any time: each run starts afresh.
"""

import hashlib
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLASK_APP = ROOT / "examples" / "bookshop"
QUART_APP = ROOT / "build" / "bookshop"

NEEDED = ("migrator", "compat_shims", "flask_login", "flask_sqlalchemy", "flask_wtf", "pytest")

# 1 is a success with findings: something is left for a person to look at, and works meanwhile.
MIGRATED = (0, 1)

# The line by which compat_shims.pytest_plugin ends a test run.
SERVED = re.compile(
    r"^flask-to-quart: (\d+) requests served by Quart, (\d+) by Flask", re.MULTILINE
)


class DemoError(Exception):
    """A step of the demo failed; the message says which and what to do."""


def main() -> int:
    """Run the demo.

    Returns:
        The exit status: 0 when every step worked, else 1.

    """
    try:
        check_environment(NEEDED)
        migrate(FLASK_APP, QUART_APP)
        count = check_tests_unedited(FLASK_APP / "tests", QUART_APP / "tests")
        say(f"The {count} files in tests/ are byte for byte those of the Flask app.")
        run_tests(QUART_APP)
    except DemoError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 1
    say(how_to_start(QUART_APP))
    return 0


def check_environment(needed: Sequence[str]) -> None:
    """Check that the running interpreter can import all that the demo needs.

    Raises:
        DemoError: A package is missing.

    """
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise DemoError(
            f"{sys.executable} has no {', '.join(missing)}: "
            "run `make demo`, which sets up .venv first."
        )


def migrate(source: Path, target: Path) -> None:
    """Write the migrated copy of ``source`` to ``target``, in place of what was there.

    Raises:
        DemoError: The old copy cannot be removed, or the migrator failed.

    """
    try:
        remove(target)
    except OSError as error:
        raise DemoError(f"cannot remove the old {show(target)}: {error.strerror}.") from error
    command = [sys.executable, "-m", "migrator", show(source), "--output", show(target)]
    status = run(command, ROOT)
    if status not in MIGRATED or not target.is_dir():
        raise DemoError(
            f"the migrator ended with status {status} and wrote nothing: see its message above."
        )


def remove(folder: Path) -> None:
    """Remove a folder and all in it, if it exists."""
    if folder.exists():
        shutil.rmtree(folder)


def check_tests_unedited(before: Path, after: Path) -> int:
    """Compare two test folders by the SHA-256 of their files.

    Returns:
        The number of files, the same on both sides.

    Raises:
        DemoError: A file was changed, added or lost, or there is none.

    """
    old, new = digests(before), digests(after)
    if not old:
        raise DemoError(f"there are no tests in {show(before)}.")
    edited = differences(old, new)
    if edited:
        raise DemoError(f"the migration changed the tests, which it must not: {', '.join(edited)}.")
    return len(old)


def digests(folder: Path) -> dict[str, str]:
    """Map each file below ``folder``, compiled ones left out, to its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Name the files whose digest is not the same on both sides."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def run_tests(project: Path) -> None:
    """Run the project's own tests by its own command, and see that Quart served them.

    Raises:
        DemoError: They failed, or they did not run on Quart alone.

    """
    status, output = run_and_read([sys.executable, "-m", "pytest"], project)
    if status != 0:
        raise DemoError(f"the tests of {show(project)} ended with status {status}: see above.")
    by_quart, by_flask = served(output)
    if by_quart == 0 or by_flask != 0:
        raise DemoError(
            f"the tests of {show(project)} passed, but Quart served {by_quart} of their requests "
            f"and Flask {by_flask}: look for quart_served in {show(project)}/pyproject.toml."
        )


def served(output: str) -> tuple[int, int]:
    """Read from a test run's output how many requests Quart and Flask alone served."""
    line = SERVED.search(output)
    return (int(line[1]), int(line[2])) if line else (0, 0)


def run(command: Sequence[str], folder: Path) -> int:
    """Show a command, run it in ``folder`` with its output in ours, and return its exit status."""
    say(as_typed(command, folder))
    return subprocess.run(command, cwd=folder, check=False).returncode  # noqa: S603  our own commands


def run_and_read(command: Sequence[str], folder: Path) -> tuple[int, str]:
    """Do as `run` does, and return what was printed as well."""
    say(as_typed(command, folder))
    lines = []
    with subprocess.Popen(  # noqa: S603  our own commands
        command, cwd=folder, text=True, stdout=subprocess.PIPE
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            lines.append(line)
    return process.returncode, "".join(lines)


def as_typed(command: Sequence[str], folder: Path) -> str:
    """Write a command as one would type it in the project's root."""
    place = "" if folder == ROOT else f"cd {show(folder)} && "
    words = ["python" if word == sys.executable else word for word in command]
    return f"$ {place}{shlex.join(words)}"


def how_to_start(project: Path) -> str:
    """Say by which commands the migrated app is seeded and served."""
    bin_folder = Path(sys.executable).parent
    return "\n".join(
        [
            "The bookshop runs on Quart now. To look at it:",
            "",
            f"    cd {shlex.quote(str(project))}",
            f"    export PATH={shlex.quote(str(bin_folder))}:$PATH",
            "    quart --app bookshop seed",
            "    hypercorn 'bookshop:create_app()'        # or:",
            "    uvicorn --factory bookshop:create_app",
            "",
            "Then open http://127.0.0.1:8000 and log in as admin with the password admin.",
        ]
    )


def show(path: Path) -> str:
    """Write a path as seen from the project's root, where it lies below it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def say(text: str) -> None:
    """Print a paragraph, before anything that a subprocess prints after it."""
    print(f"\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
