"""A client of the app that a test file makes."""

import pytest
import pytest_asyncio
import under

from compat_shims.guard import forbid_blocking


@pytest.fixture(autouse=True)
def _nothing_blocks_the_loop():
    with forbid_blocking():
        yield


@pytest_asyncio.fixture
async def client(app):
    """Quart's own test client, while the app is being served."""
    async with app.test_app() as ready, under.served(app):
        yield ready.test_client()
