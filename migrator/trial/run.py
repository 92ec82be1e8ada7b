"""Runs the project's test command in one copy, in the user's shell and environment."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from migrator.trial import junit
from migrator.trial.outcome import Run

_GRACE = 10.0
"""Seconds that an interrupted command has to put away what its tests started."""


def run(command: str, folder: Path, working: Path, more: Mapping[str, str] | None = None) -> Run:
    """Run *command* in *folder* to its end, with *more* than :func:`variables`.

    What it leaves for us goes to *working*. Its process group ends with it where this is
    interrupted.
    """
    report, log = _report(folder, working), working / f"{folder.parent.name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  the command is the user's own
            _in_shell(command),
            cwd=folder,
            env={**variables(folder, working), **(more or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait()
        finally:
            _end(process)
    return Run(status, log.read_text("utf-8", "replace"), junit.read(report))


def imported_from(root: Path, paths: Iterable[str], working: Path) -> tuple[str, ...]:
    """Return those of *paths*, relative to *root*, that a run imported from *root* itself.

    Python leaves the bytecode of every module it imports below ``PYTHONPYCACHEPREFIX``, in the
    folder of its source: https://docs.python.org/3/using/cmdline.html#envvar-PYTHONPYCACHEPREFIX.
    """
    roots = {root.absolute(), root.resolve()}
    caches = [_bytecode(working).joinpath(*place.parts[1:]) for place in roots]
    return tuple(path for path in paths if any(_has_bytecode(cache / path) for cache in caches))


def _has_bytecode(source: Path) -> bool:
    if source.suffix != ".py" or not source.parent.is_dir():
        return False
    return any(it.name.startswith(f"{source.stem}.") for it in source.parent.glob("*.pyc"))


def _bytecode(working: Path) -> Path:
    return working / "bytecode"


def _in_shell(command: str) -> str | list[str]:
    if os.name == "nt":
        return f'{os.environ.get("COMSPEC", "cmd.exe")} /c "{command}"'
    shell = shutil.which(os.environ.get("SHELL", "")) or "/bin/sh"
    return [shell, "-c", command]


def _report(folder: Path, working: Path) -> Path:
    return working / f"{folder.parent.name}.xml"


def variables(folder: Path, working: Path) -> dict[str, str]:
    """Return the user's variables, and what makes Python import the copy and pytest report."""
    package = [folder.parent] if (folder / "__init__.py").exists() else []
    places = [*map(str, (folder, folder / "src", *package)), os.environ.get("PYTHONPATH", "")]
    report = shlex.quote(f"--junitxml={_report(folder, working)}")
    options = (os.environ.get("PYTEST_ADDOPTS", ""), report)
    kept = {name: it for name, it in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "PYTHONPATH": os.pathsep.join(filter(None, places)),
        "PYTHONPYCACHEPREFIX": str(_bytecode(working)),
        "PYTEST_ADDOPTS": " ".join(filter(None, options)),
    }


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the group of an interrupted command: first as Ctrl-C would, for its tests to tidy up."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.kill()
        process.wait()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
