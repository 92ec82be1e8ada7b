"""A PostgreSQL server for the tests, on a socket in a folder of its own."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNERS = ("postgres", "nobody")


def why_not() -> str | None:
    """Say why no server can be started here; None if one can."""
    if _program("initdb") is None or _program("pg_ctl") is None:
        return "initdb and pg_ctl are not installed: apt-get install postgresql"
    if os.name != "posix":
        return "the server is started on a Unix socket only"
    if os.geteuid() == 0 and _owner() is None:
        return f"PostgreSQL refuses to run as root, and there is no user {' or '.join(OWNERS)}"
    return None


@contextmanager
def running_server() -> Iterator[Path]:
    """Start a server, give the folder of its socket, and stop it."""
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name), Path(name, "data")
        user = _owner()
        if user is not None:
            shutil.chown(folder, user)
        role = f"--username={_role()}"
        _run(user, _program("initdb"), "--auth=trust", "--no-sync", role, "--pgdata", data)
        control = (_program("pg_ctl"), "--pgdata", data, "--wait")
        # fsync is for what has to survive a crash.
        options = f"-c listen_addresses= -c fsync=off -k {folder}"
        _run(user, *control, "--log", folder / "log", "--options", options, "start")
        try:
            yield folder
        finally:
            _run(user, *control, "--mode", "immediate", "stop")


def _role() -> str:
    """Return the name with which psycopg connects: that of the running user."""
    return getpass.getuser()


def _owner() -> str | None:
    """Return the user to run the server as, where it may not be the running one."""
    if os.geteuid() != 0:
        return None
    import pwd  # Not on Windows.

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in OWNERS if name in known), None)


def _program(name: str) -> str | None:
    """Find *name*, also where Debian puts it."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or next((str(path) for path in reversed(debian)), None)


def _run(user: str | None, *command: str | Path | None) -> None:
    subprocess.run(
        [str(part) for part in command],
        user=user,
        group=None,
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )
