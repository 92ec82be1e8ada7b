"""A client of the app that a test file makes, and the services that some apps need."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import pytest_asyncio

from compat_shims.guard import forbid_blocking


@pytest.fixture(autouse=True)
def _nothing_blocks_the_loop():
    with forbid_blocking():
        yield


@pytest_asyncio.fixture
async def client(app):
    """Quart's own test client, while the app is being served."""
    async with app.test_app() as served:
        yield served.test_client()


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
