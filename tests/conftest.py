"""What tests of several folders need: the number of examples of property tests, and services."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import settings

# Few examples by default, many where CI asks for them.
settings.register_profile("quick", deadline=None, max_examples=10)
settings.register_profile("thorough", deadline=None, max_examples=60)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def redis_socket():
    """A real Redis server, on a socket of its own."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder, "redis.sock")
        command = [server, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                _wait_for(socket, process)
                yield socket
            finally:
                process.terminate()


@pytest.fixture
def redis(redis_socket):
    """A connection to an empty Redis."""
    library = pytest.importorskip("redis", reason="redis-py is not installed")
    with library.Redis(unix_socket_path=os.fspath(redis_socket)) as connection:
        connection.flushall()
        yield connection


def _wait_for(socket, process):
    for _ in range(200):
        if socket.exists():
            return
        if process.poll() is not None:
            pytest.fail(f"redis-server ended with status {process.returncode}")
        time.sleep(0.05)
    pytest.fail("redis-server did not open its socket within 10 s")
