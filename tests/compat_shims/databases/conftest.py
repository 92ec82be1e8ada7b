"""Databases: a file of SQLite, and a real PostgreSQL server."""

import itertools
from dataclasses import dataclass

import pytest
import pytest_asyncio
import under
from postgresql_server import running_server, why_not

from compat_shims.guard import forbid_blocking

numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """The addresses of one database, for blocking and for asyncio drivers."""

    url: str
    async_url: str


@pytest.fixture(scope="session")
def postgresql_server():
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with running_server() as folder:
        yield folder


def sqlite(request):
    path = request.getfixturevalue("tmp_path") / "shop.sqlite"
    # A writer waits for the one before it: 5 s, by default, are short on a busy machine.
    return Database(f"sqlite:///{path}?timeout=60", f"sqlite+aiosqlite:///{path}?timeout=60")


def postgresql(request):
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    folder = request.getfixturevalue("postgresql_server")
    name = f"shop{next(numbers)}"
    with psycopg.connect(host=str(folder), dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"postgresql+psycopg:///{name}?host={folder}"
    return Database(url, url)


@pytest.fixture(params=[sqlite, postgresql])
def database(request):
    """A new, empty database."""
    return request.param(request)


@pytest.fixture(autouse=True)
def _nothing_blocks_the_loop():
    with forbid_blocking():
        yield


@pytest_asyncio.fixture
async def client(app):
    """Quart's own test client, while the app is being served."""
    async with app.test_app() as ready, under.served(app):
        yield ready.test_client()
