"""Run a command to its end: own process group, one output, a limit on its time."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import StepError

# `timeout(1)` reports a command that ran out of time with this status.
TIMED_OUT = 124

# Commands run in sessions of their own, out of Ctrl-C's reach: whoever stops must stop them.
_running: set["subprocess.Popen[bytes]"] = set()


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that ended: exit status, stdout and stderr together, wall-clock seconds."""

    status: int
    output: str
    seconds: float


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    limit: float,
    log: Path | None = None,
) -> Finished:
    """Run `command` for at most `limit` seconds; past that its whole process group is killed.

    The output goes to the file `log` as well, where one is given.

    Raises:
        StepError: There is no such command.

    """
    started = time.perf_counter()
    process = _start(command, cwd, env)
    _running.add(process)
    try:
        status, raw = _wait(process, limit)
    finally:
        _running.discard(process)
    finished = Finished(status, raw.decode(errors="replace"), time.perf_counter() - started)
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"$ {shlex.join(command)}\n{finished.output}", encoding="utf-8")
    return finished


def must(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], limit: float = 600
) -> Finished:
    """Run `command` and insist that it succeeds.

    Raises:
        StepError: It exited with another status than 0, or ran out of time.

    """
    finished = run(command, cwd=cwd, env=env, limit=limit)
    if finished.status != 0:
        raise StepError(f"{shlex.join(command)}: {describe(finished)}")
    return finished


def stop_all() -> None:
    """Kill what still runs, for a run that is given up."""
    for process in tuple(_running):
        os.killpg(process.pid, signal.SIGKILL)


def describe(finished: Finished) -> str:
    """Say in one line how a command ended, with the last line that it printed."""
    how = "ran out of time" if finished.status == TIMED_OUT else f"exited {finished.status}"
    lines = [line.strip() for line in finished.output.splitlines() if line.strip()]
    return f"{how}: {lines[-1]}" if lines else f"{how} and printed nothing"


def _start(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603  the commands come from the manifest
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise StepError(f"{command[0]}: cannot be run: {error.strerror}.") from error


def _wait(process: subprocess.Popen[bytes], limit: float) -> tuple[int, bytes]:
    try:
        raw, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raw, _ = process.communicate()
        return TIMED_OUT, raw
    return process.returncode, raw
