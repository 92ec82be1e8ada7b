"""The blocking operations, as a Flask app calls them, and as native async code has them."""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import aiohttp
import aiosqlite
import requests
from werkzeug.security import generate_password_hash

from benchmarks.blocking.meter import METER

# Seconds that the sleep and the slow local server take.
PAUSE = 0.05

# The variables by which a server learns where the slow local server and the file are.
SLOW_URL = "BENCHMARK_SLOW_URL"
FILE = "BENCHMARK_FILE"

# About ten milliseconds of SQLite's own code, which lets other threads run.
_QUERY = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
    "SELECT sum(i) FROM n"
)

_local = threading.local()


def sleep() -> str:
    """Sleep."""
    METER.worked()
    time.sleep(PAUSE)
    return "slept"


def sqlite() -> str:
    """Run a query that takes some milliseconds."""
    METER.worked()
    with sqlite3.connect(":memory:") as connection:
        (total,) = connection.execute(_QUERY).fetchone()
    connection.close()
    return str(total)


def http() -> str:
    """Fetch from a slow local server, over a connection kept by this thread."""
    METER.worked()
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    return str(_local.session.get(os.environ[SLOW_URL], timeout=60).text)


def file() -> str:
    """Read a file of some megabytes."""
    METER.worked()
    return str(len(Path(os.environ[FILE]).read_bytes()))


def password() -> str:
    """Hash a password: CPU, in code that lets other threads run."""
    METER.worked()
    return generate_password_hash("correct horse battery staple", method="scrypt:16384:8:1")


async def sleep_async() -> str:
    """Sleep, and let the loop go on."""
    await asyncio.sleep(PAUSE)
    return "slept"


async def sqlite_async() -> str:
    """Run the query by aiosqlite, which has a thread for each connection."""
    async with aiosqlite.connect(":memory:") as connection, connection.execute(_QUERY) as cursor:
        row = await cursor.fetchone()
    return str(row[0]) if row else ""


class Client:
    """An HTTP client that lives as long as the loop; aiohttp wants to be made on it."""

    session: aiohttp.ClientSession | None = None

    @classmethod
    async def fetch(cls) -> str:
        """Fetch from the slow local server."""
        if cls.session is None:
            cls.session = aiohttp.ClientSession()
        async with cls.session.get(os.environ[SLOW_URL]) as response:
            return await response.text()


BLOCKING: Mapping[str, Callable[[], str]] = {
    "sleep": sleep,
    "sqlite": sqlite,
    "http": http,
    "file": file,
    "password": password,
}

# Files and hashes have no native form: what goes by that name is a thread underneath.
NATIVE: Mapping[str, Callable[[], Awaitable[str]]] = {
    "sleep": sleep_async,
    "sqlite": sqlite_async,
    "http": Client.fetch,
}
