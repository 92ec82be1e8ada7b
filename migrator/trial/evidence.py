"""Runs the project's tests once, on Flask, under the recorder (``--evidence``)."""

from collections.abc import Callable, Iterable
from pathlib import Path

from migrator.errors import UsageError
from migrator.facts.evidence import Evidence
from migrator.trial.copies import copy, working_folder
from migrator.trial.mistakes import imports_original
from migrator.trial.outcome import Run
from migrator.trial.recording import read, recording
from migrator.trial.run import run, variables
from migrator.trial.text import last_lines


def gather(root: Path, paths: Iterable[str], command: str, say: Callable[[str], None]) -> Evidence:
    """Run *command* in a copy of the project at *root*, and return what its files *paths* did.

    *say* is told what runs, and how it ended if not well. Raises
    :exc:`migrator.errors.UsageError` where nothing was seen.
    """
    with working_folder(root) as working:
        folder, records = copy(root, working / "recorded"), working / "records.jsonl"
        say(f"Running the tests in a copy of the project, under a recorder: {command}")
        path = variables(folder, working)["PYTHONPATH"]
        more = recording(folder, paths, records, original=root, path=path)
        ended = run(command, folder, working, more)
        found = read(records)
    if found.originals:
        raise imports_original("--evidence", root, found.originals[0])
    if not found.evidence:
        raise UsageError(_saw_nothing(command, ended))
    if ended.status:
        say(f"{_ended(command, ended)}: what its tests did not reach was not seen")
    for unwatched in found.unwatched:
        say(f"{unwatched} is nested too deeply to be watched")
    return found.evidence


def _ended(command: str, run: Run) -> str:
    return f"{command!r} ended with status {run.status}"


def _saw_nothing(command: str, run: Run) -> str:
    return (
        f"--evidence: {_ended(command, run)}, and no Python process that it started imported one "
        "of the project's files; nothing was written. Give the command that runs the tests "
        "themselves: tox, nox and containers start Python without the recorder, and so does "
        f"`python -I`. It printed:\n{last_lines(run)}"
    )
