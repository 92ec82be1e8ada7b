"""The same for ``python -m unittest``, which has no plugins.

A migrated app imports `compat_shims`, and so the tests of the app do: if the main program is a
test run, it is told then.
"""

import atexit
import gc
import sys
import unittest
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from compat_shims.testing.counting import Tally, requests
from compat_shims.testing.never_awaited import NeverAwaitedError, never_awaited
from compat_shims.testing.patches import Patches

Run = Callable[..., Any]


class UnittestRun:
    """Counts the requests of each test, and fails the tests that forget to await."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._tally = Tally()

    @classmethod
    def begin(cls) -> None:
        """Watch every test that this process will run."""
        run, patches = cls(), Patches()
        patches.wrap(unittest.TestCase, "run", run.wrap_test)
        patches.wrap(unittest.TestSuite, "run", run.wrap_suite)
        atexit.register(run.print_line)

    def wrap_test(self, original: Run) -> Run:
        """Make the `run` of a test from that of unittest."""

        def run(
            test: unittest.TestCase, result: unittest.TestResult | None = None
        ) -> unittest.TestResult | None:
            self._tally = self._tally.with_requests(requests.take())
            skipped = len(result.skipped) if result is not None else 0
            returned: unittest.TestResult | None = original(test, result)
            self._count(test, returned is not None and len(returned.skipped) > skipped)
            _blame(test, returned)
            return returned

        return run

    def wrap_suite(self, original: Run) -> Run:
        """Make the `run` of a suite from that of unittest."""

        def run(suite: unittest.TestSuite, result: unittest.TestResult, *args: Any) -> Any:
            # As unittest itself tells the outermost suite from those inside it.
            outermost = not getattr(result, "_testRunEntered", False)
            returned = original(suite, result, *args)
            if outermost:
                gc.collect()
                _blame(_WholeRun(), result)
            return returned

        return run

    def _count(self, test: unittest.TestCase, skipped: bool) -> None:
        served = requests.take()
        if skipped:
            self._tally = self._tally.with_requests(served)
        else:
            self._tally = self._tally.with_test(test.id(), served)

    def print_line(self) -> None:
        """Print the figures, after unittest's own."""
        tally = self._tally.with_requests(requests.take())
        print(tally.line(), file=sys.stderr)  # noqa: T201  unittest's own summary is there, too


def begin_when_tests_run(install: Callable[[], None]) -> None:
    """Call *install* and watch every test, once unittest is asked to load or to run any."""
    patches = Patches()
    for owner, name in _STARTS:
        patches.wrap(owner, name, partial(_beginning, install, patches, owner, name))


_STARTS = (
    (unittest.TestLoader, "discover"),
    (unittest.TestLoader, "loadTestsFromModule"),
    (unittest.TestLoader, "loadTestsFromName"),
    (unittest.TestLoader, "loadTestsFromTestCase"),
    (unittest.TestSuite, "run"),
)


def _beginning(
    install: Callable[[], None], patches: Patches, owner: type, name: str, original: Run
) -> Run:
    @wraps(original)
    def begin(*args: Any, **kwargs: Any) -> Any:
        patches.undo()
        install()
        UnittestRun.begin()
        return getattr(owner, name)(*args, **kwargs)

    return begin


class _WholeRun(unittest.TestCase):
    """Stands for the run as a whole where no single test is to blame."""

    def runTest(self) -> None:  # noqa: N802  unittest's name
        """Do nothing: it is never run."""


def _blame(test: unittest.TestCase, result: unittest.TestResult | None) -> None:
    gc.collect(1)
    try:
        never_awaited.raise_if_any()
    except NeverAwaitedError:
        if result is None:
            raise
        result.addFailure(test, sys.exc_info())
