"""What the apps of these tests share."""

import asyncio

import pytest


def extension(module):
    """Import *module*; where it is not installed, skip the whole file and say so."""
    return pytest.importorskip(
        module, reason=f"{module} is not installed: pip install 'flask-to-quart[ext]'"
    )


def on_loop():
    """Tell whether this runs on the event loop, where nothing may block."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def text(response):
    """Give the text of a response of Quart's test client."""
    return await response.get_data(as_text=True)
