"""Flask's own test client over a Quart app, in synchronous tests.

`serve_wsgi` answers one WSGI call by a Quart app. `install` gives every Quart app Flask's way of
being tested, for the duration of a test run: `compat_shims.pytest_plugin` calls it for pytest,
`install_for_unittest` for ``python -m unittest``. `flask_on_quart` makes `flask.Flask` create apps
that Quart serves.

Everything but what asks who runs is imported when it is first used: an app in production
never does.
"""

import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quart import Quart

__all__ = [
    "flask_on_quart",
    "install",
    "install_for_command",
    "install_for_subprocess",
    "install_for_unittest",
    "serve_wsgi",
    "uninstall",
]


def serve_wsgi(
    quart_app: "Quart", environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer a WSGI call by *quart_app*: see `compat_shims.testing.serve.serve_wsgi`."""
    from compat_shims.testing import serve  # noqa: PLC0415  see the module's docstring

    return serve.serve_wsgi(quart_app, environ, start_response)


def install() -> None:
    """Give Quart apps Flask's test API: see `compat_shims.testing.installation`."""
    from compat_shims.testing import installation  # noqa: PLC0415  see the module's docstring

    installation.install()


def uninstall() -> None:
    """Undo `install`."""
    from compat_shims.testing import installation  # noqa: PLC0415  see the module's docstring

    installation.uninstall()


def flask_on_quart() -> None:
    """Make `flask.Flask` create apps that Quart serves, until `uninstall`."""
    from compat_shims.testing import installation  # noqa: PLC0415  see the module's docstring

    installation.flask_on_quart()


def install_for_unittest() -> None:
    """Begin a test run if the main program is one of `unittest`; cheap and without effect if not.

    Importing `compat_shims` does so, too; the run begins once. An app that needs nothing else of
    `compat_shims` calls it, so that ``python -m unittest`` runs its synchronous tests on Quart.
    """
    if "unittest" in sys.modules and _is_unittest(sys.modules.get("__main__")):
        _begin_for_unittest()


@cache
def _begin_for_unittest() -> None:
    from compat_shims.testing.unittest_run import UnittestRun  # noqa: PLC0415  as above

    install()
    UnittestRun.begin()


def install_for_command() -> None:
    """Begin a test run as soon as a command of the app, which is about to run, runs unittest.

    ``quart test`` does so in many apps. The main program does not tell it beforehand.
    """
    if "pytest" in sys.modules or "COMPAT_SHIMS_TEST_RUN" in os.environ:
        return
    from compat_shims.testing.unittest_run import begin_when_tests_run  # noqa: PLC0415  as above

    begin_when_tests_run(install)


def install_for_subprocess() -> None:
    """Give Flask's test API to a program that a test has started, with the app, in a process.

    `install` marks the environment, which such a process inherits. A run of pytest decides by its
    own configuration.
    """
    if "pytest" not in sys.modules:
        install()


def _is_unittest(main: ModuleType | None) -> bool:
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        return str(spec.name).partition(".")[0] in _UNITTEST_RUNNERS
    # A test file that is run by itself, and ends with unittest.main().
    unittest = sys.modules["unittest"]
    return any(value is unittest or value is unittest.TestCase for value in vars(main).values())


_UNITTEST_RUNNERS = frozenset({"unittest", "nose2", "xmlrunner"})
