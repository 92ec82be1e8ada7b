"""What an error of a lane leaves behind may outlive the thread that it ran in."""

import asyncio

import pytest
from greenlet import greenlet

from compat_shims.lane import hop, offload

pytestmark = pytest.mark.asyncio


def greenlets_named_by(error):
    """Return the locals of the traceback's frames that are greenlets."""
    found = []
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        found += [
            f"{frame.f_code.co_name}: {name}"
            for name, value in frame.f_locals.items()
            if isinstance(value, greenlet)
        ]
        traceback = traceback.tb_next
    return found


async def breaks():
    await asyncio.sleep(0)
    raise KeyError("x")


async def test_an_error_of_a_hop_names_no_greenlet():
    """Collecting a frame that names the greenlet of an ended thread crashes the interpreter."""
    with pytest.raises(KeyError) as caught:
        await offload(hop, breaks)
    assert "hop" in [entry.name for entry in caught.traceback]
    assert greenlets_named_by(caught.value) == []


async def test_a_cancellation_in_a_hop_names_no_greenlet():
    errors = []

    def work():
        try:
            hop(asyncio.sleep, 60)
        except asyncio.CancelledError as error:
            errors.append(error)
            raise

    task = asyncio.create_task(offload(work))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])
    assert greenlets_named_by(errors[0]) == []
