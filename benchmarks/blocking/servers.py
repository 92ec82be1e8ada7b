"""Start a server process, read its meter, stop it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from benchmarks.apps.distribution import CHECKOUT
from benchmarks.blocking.meter import Reading
from benchmarks.errors import StepError

# How long a server may take to listen, and to end; seconds.
_START = 30.0
_STOP = 10.0

_FIRST_PORT = 15_000
_PORTS = 17_000


@dataclass(frozen=True, slots=True)
class Server:
    """A running server process."""

    process: "subprocess.Popen[str]"
    port: int

    def ask(self, word: str) -> Any:
        """Send a word to the server's thread that answers on standard input, return its answer.

        Raises:
            StepError: The server has ended.

        """
        if self.process.stdin is None or self.process.stdout is None:
            raise StepError("the server has no one to ask.")
        try:
            self.process.stdin.write(f"{word}\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (OSError, ValueError) as error:
            raise StepError(f"the server on port {self.port} has ended.") from error

    def read(self) -> Reading:
        """Return what the server's meter counted since the last reading.

        Raises:
            StepError: The server has ended.

        """
        fields = self.ask("read")
        return Reading(**fields | {"lags": tuple((at, lag) for at, lag in fields["lags"])})


@contextmanager
def serving(module: str, *arguments: str, env: Mapping[str, str]) -> Iterator[Server]:
    """Run ``python -m module ARGUMENTS PORT`` while the block lasts, once it listens.

    Raises:
        StepError: It does not listen in time; the text ends with what it printed last.

    """
    port = free_port()
    with TemporaryFile("w+") as errors:
        process = subprocess.Popen(  # noqa: S603  our own module
            (sys.executable, "-W", "ignore", "-m", module, *arguments, str(port)),
            cwd=CHECKOUT,
            env=os.environ | dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Not a pipe: an app may log more than a pipe holds, and nobody reads it meanwhile.
            stderr=errors,
            text=True,
        )
        try:
            if not _listens(process, port):
                process.kill()
                process.wait()
                errors.seek(0)
                last = errors.read().strip().splitlines()[-1:] or ["it printed nothing"]
                raise StepError(f"the server does not listen: {last[0]}")
            yield Server(process, port)
        finally:
            stop(process)


def free_port() -> int:
    """Return a port of the loopback interface that nothing has.

    It lies below those that the system gives to connections: a client might get it before the
    server binds it. https://docs.kernel.org/networking/ip-sysctl.html
    """
    while True:
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def stop(process: "subprocess.Popen[str]") -> None:
    """End a process, and close what led to it."""
    process.terminate()
    try:
        process.communicate(timeout=_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _listens(process: "subprocess.Popen[str]", port: int) -> bool:
    """Wait until the server takes connections; say whether it came to that."""
    end = time.monotonic() + _START
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
