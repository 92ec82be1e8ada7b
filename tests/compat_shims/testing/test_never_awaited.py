"""Coroutines that nobody awaited are found whatever the warning filters say."""

import gc
import sys
import warnings

import pytest

from compat_shims.testing.never_awaited import NeverAwaited, NeverAwaitedError


@pytest.fixture
def watching():
    watching = NeverAwaited()
    depth = sys.get_coroutine_origin_tracking_depth()
    watching.watch()
    yield watching
    watching.stop()
    sys.set_coroutine_origin_tracking_depth(depth)
    gc.collect()


async def forgotten():
    """Do nothing."""


@pytest.mark.parametrize("action", ["ignore", "default"])
def test_a_forgotten_coroutine_is_found_under_any_filter(watching, action):
    with warnings.catch_warnings(record=True):
        warnings.simplefilter(action)
        forgotten()
    (sentence,) = watching.take()
    assert sentence.startswith(f"coroutine forgotten ({__file__}:")
    assert f"called at {__file__}:" in sentence
    assert watching.take() == []


def test_python_still_warns(watching):
    with pytest.warns(RuntimeWarning, match="never awaited"):
        forgotten()
    assert watching.take()


def test_one_in_a_cycle_is_found_when_it_is_collected(watching):
    holder = [forgotten()]
    holder.append(holder)
    del holder
    assert watching.take() == []
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("ignore")
        gc.collect()
    assert len(watching.take()) == 1


def test_it_is_an_error_to_have_any(watching):
    watching.note("something was never done")
    with pytest.raises(NeverAwaitedError, match="something was never done"):
        watching.raise_if_any()
    watching.raise_if_any()


def test_a_second_watch_does_not_report_twice(watching):
    watching.watch()
    with pytest.warns(RuntimeWarning, match="never awaited"):
        forgotten()
    assert len(watching.take()) == 1


def test_nothing_is_found_after_the_end(watching):
    watching.stop()
    with pytest.warns(RuntimeWarning, match="never awaited"):
        forgotten()
    assert watching.take() == []
