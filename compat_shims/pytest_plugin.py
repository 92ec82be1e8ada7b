"""Run a migrated project's own tests, unedited, on Quart.

Installed with the package, so it is loaded in every pytest run, and does nothing unless asked:
by ``quart_served = true`` in the pytest configuration, by ``-p compat_shims.pytest_plugin``, or by
one of its options. Then it

- gives Quart apps the synchronous test API of Flask (`compat_shims.testing.install`),
- fails a test that left a coroutine behind which was never awaited,
- prints how many requests Quart served, and how many a Flask app served by itself.
"""

from __future__ import annotations  # pytest before 8 lacks names that these mention

import sys
from pathlib import Path

import pytest

ENTRY_POINT = "flask-to-quart"
_NAMES = frozenset({ENTRY_POINT, __name__})
_ACTIVE = "flask-to-quart-run"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    parser.addini("quart_served", "Run the tests through Quart.", type="bool", default=False)
    group = parser.getgroup(ENTRY_POINT, "a Flask project's tests on Quart")
    group.addoption(
        "--quart-served",
        action="store_true",
        help="Give Quart apps Flask's test client, and count the requests that Quart serves.",
    )
    group.addoption(
        "--flask-on-quart",
        action="store_true",
        help="Make flask.Flask create apps that Quart serves, for this run.",
    )
    group.addoption(
        "--served-at-least",
        type=int,
        metavar="N",
        help="Fail the run if Quart served fewer than N requests.",
    )
    group.addoption(
        "--quart-report",
        type=_absolute,  # A test may change the current directory.
        metavar="FILE",
        help="Write the figures, and the ids of the tests that sent a request, to FILE as JSON.",
    )


def _absolute(path: str) -> Path:
    return Path(path).absolute()


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Let the plugin be named with ``-p`` as well: pytest refuses the same module twice."""
    name = manager.get_name(plugin)
    if name in _NAMES:
        for alias in _NAMES - {name}:
            manager.set_blocked(alias)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Become active before a conftest can import the app."""
    _activate(early_config, early_config.known_args_namespace)


def pytest_configure(config: pytest.Config) -> None:
    """Become active where a conftest has loaded the plugin."""
    _activate(config, config.option)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no trace in the process: it may run pytest again."""
    if config.pluginmanager.has_plugin(_ACTIVE):
        from compat_shims import testing  # noqa: PLC0415  costs nothing where it is not used

        testing.uninstall()


def _activate(config: pytest.Config, options: object) -> None:
    if config.pluginmanager.has_plugin(_ACTIVE) or not _asked_for(config, options):
        return
    from compat_shims import testing  # noqa: PLC0415  most runs never need it
    from compat_shims.testing.pytest_run import ServedRun  # noqa: PLC0415  see above

    testing.install()
    if getattr(options, "flask_on_quart", False):
        testing.flask_on_quart()
    run = ServedRun(
        getattr(options, "served_at_least", None), getattr(options, "quart_report", None)
    )
    config.pluginmanager.register(run, _ACTIVE)


def _asked_for(config: pytest.Config, options: object) -> bool:
    names = ("quart_served", "flask_on_quart", "served_at_least", "quart_report")
    by_option = any(getattr(options, name, None) not in (None, False) for name in names)
    by_name = config.pluginmanager.get_name(sys.modules[__name__]) == __name__
    return by_option or by_name or bool(config.getini("quart_served"))
