"""Gives every Quart app of the process Flask's way of being tested, and takes it away again."""

import os
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from unittest.mock import NonCallableMock

import flask
import flask.cli
import flask.testing
import quart
from quart import Quart

from compat_shims import companion
from compat_shims._quart import Dispatch
from compat_shims.app import BridgedApp, bridged_class
from compat_shims.companion import Companion, flask_app
from compat_shims.library_apps import FlaskOnQuart
from compat_shims.pool import Pool
from compat_shims.testing import app_api
from compat_shims.testing.awaited import make_awaitable
from compat_shims.testing.cli import EitherScriptInfo, app_context_for_either
from compat_shims.testing.counting import requests
from compat_shims.testing.never_awaited import never_awaited
from compat_shims.testing.patches import Patches
from compat_shims.testing.quart_backed import (
    backing_apps_of_tests,
    showing_blueprints_of_tests,
)
from compat_shims.testing.response_api import give_body
from compat_shims.testing.shown_class import shown_as
from compat_shims.worker import Worker

Method = Callable[..., Any]

CONTEXTS = ("app_context", "test_request_context")
SYNCHRONOUS = (
    "dispatch_request",
    "do_teardown_appcontext",
    "do_teardown_request",
    "finalize_request",
    "full_dispatch_request",
    "handle_exception",
    "handle_http_exception",
    "handle_user_exception",
    "make_default_options_response",
    "make_response",
    "open_instance_resource",
    "open_resource",
    "preprocess_request",
    "process_response",
    "send_static_file",
    "update_template_context",
)
"""Methods of Flask that are coroutine functions in Quart."""

TEST_RUN = "COMPAT_SHIMS_TEST_RUN"
"""In the environment while a test run is on: processes that tests start join it."""

_patches = Patches()


def install() -> None:
    """Give Quart apps Flask's test API until `uninstall`; a second call does nothing.

    `quart.Quart` is patched, apps that exist already included: this is for test runs alone.
    """
    if _patches:
        return
    never_awaited.watch()
    os.environ[TEST_RUN] = "1"
    _give_flask_api()
    _count_requests()
    _accept_quart_apps(flask.testing.FlaskClient)
    _patches.rebase(Quart, partial(shown_as, flask.Flask))
    _patches.rebase(quart.Blueprint, partial(shown_as, flask.Blueprint))
    _patches.wrap(flask.Flask, "__init__", backing_apps_of_tests)
    _patches.wrap(flask.Blueprint, "__init__", showing_blueprints_of_tests)
    _patches.wrap(companion, "for_no_app", _except_mocks)
    make_awaitable(_patches)
    give_body(_patches)
    _patches.wrap(Pool, "give_back", _ending_idle_threads)
    bridged_class.cache_clear()  # What it has made so far was made of what is replaced now.
    _patches.wrap(Companion, "app_context", app_context_for_either)
    for module in (flask.cli, flask.testing):
        _patches.set(module, "ScriptInfo", EitherScriptInfo)


def uninstall() -> None:
    """Undo `install`."""
    never_awaited.stop()
    os.environ.pop(TEST_RUN, None)
    _patches.undo()
    bridged_class.cache_clear()


def flask_on_quart() -> None:
    """Make `flask.Flask` create apps that Quart serves, until `uninstall`."""
    _patches.set(flask, "Flask", FlaskOnQuart)
    _patches.set(flask.app, "Flask", FlaskOnQuart)


def _give_flask_api() -> None:
    _wrap("test_client", app_api.test_client)
    _wrap("test_cli_runner", app_api.test_cli_runner)
    _wrap("request_context", app_api.request_context)
    _wrap("run", app_api.run)
    _wrap("__call__", app_api.call)
    for name in CONTEXTS:
        _wrap(name, partial(app_api.context, name))
    for name in SYNCHRONOUS:
        _wrap(name, partial(app_api.synchronous, name))
    _patches.set(Quart, "wsgi_app", app_api.wsgi_app)


def _wrap(name: str, wrapper: Callable[[Method], Any]) -> None:
    for owner in (Quart, BridgedApp, Dispatch):
        if name in vars(owner):
            _patches.wrap(owner, name, wrapper)


def _count_requests() -> None:
    def by_quart(original: Method) -> Method:
        @wraps(original)
        async def handle_request(app: Quart, request: Any) -> Any:
            requests.quart_served()
            return await original(app, request)

        return handle_request

    def by_flask(original: Method) -> Method:
        @wraps(original)
        def wsgi_app(app: flask.Flask, *args: Any) -> Any:
            requests.flask_served()
            return original(app, *args)

        return wsgi_app

    _patches.wrap(Quart, "handle_request", by_quart)
    _patches.wrap(flask.Flask, "wsgi_app", by_flask)


def _accept_quart_apps(client: type[flask.testing.FlaskClient]) -> None:
    def taking_companion(original: Method) -> Method:
        @wraps(original)
        def __init__(self: Any, application: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it replaces one
            if isinstance(application, Quart):
                application = flask_app(application)
            original(self, application, *args, **kwargs)

        return __init__

    _patches.wrap(client, "__init__", taking_companion)


def _except_mocks(original: Method) -> Method:
    # What the project hands to an extension, a test expects to find there.
    @wraps(original)
    def for_no_app(given: Any, due: str) -> Any:
        return given if isinstance(given, NonCallableMock) else original(given, due)

    return for_no_app


def _ending_idle_threads(original: Method) -> Method:
    # Tests look at threading.enumerate(), and wait for every thread that they see there to end.
    @wraps(original)
    def give_back(pool: Pool, worker: Worker) -> None:
        original(pool, worker)
        pool.stop_idle_threads()

    return give_back
