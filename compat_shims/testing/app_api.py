"""Flask's test API on `quart.Quart`, answered by the app's companion.

Each function here makes the replacement of one attribute of the class from what was there.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from quart import Quart
from werkzeug.test import Client

from compat_shims.companion import flask_app
from compat_shims.testing.either import EitherClient, EitherContext
from compat_shims.testing.either_method import EitherMethod
from compat_shims.testing.response_api import with_mixins
from compat_shims.testing.who_asks import Caller, in_event_loop, who_asks

Method = Callable[..., Any]


def test_client(original: Method) -> Method:
    """Make ``app.test_client()`` return Flask's client, or the app's own class of it."""

    @wraps(original)
    def method(app: Quart, *args: Any, **kwargs: Any) -> Any:
        chosen: Any = app.test_client_class
        flask_client = partial(_flask_client, app, *args, **kwargs)
        if issubclass(chosen, Client):
            return flask_client()
        quart_client = partial(original, app, *args, **kwargs)
        if chosen is not Quart.test_client_class:
            return quart_client()
        return EitherClient(flask_client, quart_client) if in_event_loop() else flask_client()

    return method


def _flask_client(app: Quart, *args: Any, **kwargs: Any) -> Any:
    companion = flask_app(app)
    chosen: Any = app.test_client_class
    if issubclass(chosen, Client):
        companion.test_client_class = chosen
    companion.response_class = with_mixins(companion.response_class, app.response_class)
    return companion.test_client(*args, **kwargs)


def test_cli_runner(original: Method) -> Method:
    """Make ``app.test_cli_runner()`` return Flask's runner, or the app's own class of it."""

    @wraps(original)
    def method(app: Quart, **kwargs: Any) -> Any:
        chosen: Any = app.test_cli_runner_class
        companion = flask_app(app)
        if chosen is not Quart.test_cli_runner_class:
            companion.test_cli_runner_class = chosen
        return companion.test_cli_runner(**kwargs)

    return method


def context(name: str, original: Method) -> Method:
    """Make *name* (``app_context``, ``test_request_context``) return Flask's context in a test."""

    @wraps(original)
    def method(app: Quart, *args: Any, **kwargs: Any) -> Any:
        caller = who_asks(app)
        flask_context = partial(_flask_member, app, name, *args, **kwargs)
        quart_context = partial(original, app, *args, **kwargs)
        if caller is Caller.TEST:
            return flask_context()
        if caller is Caller.ASYNC_TEST:
            return EitherContext(flask_context, quart_context)
        return quart_context()

    return method


def request_context(original: Method) -> Method:
    """Make ``app.request_context`` take a WSGI environ as well as a request of Quart."""

    @wraps(original)
    def method(app: Quart, request: Any) -> Any:
        if isinstance(request, dict):
            return flask_app(app).request_context(request)
        return original(app, request)

    return method


def synchronous(name: str, original: Method) -> EitherMethod:
    """Make the coroutine method *name* a synchronous one where a test calls it."""

    def answer(app: Quart, *args: Any, **kwargs: Any) -> Any:
        if who_asks(app, depth=2) is Caller.TEST:
            return _flask_member(app, name, *args, **kwargs)
        return original(app, *args, **kwargs)

    return EitherMethod(original, answer)


def run(original: Method) -> Method:
    """Make ``app.run()`` start Flask's development server where a test does, in a thread too."""

    @wraps(original)
    def method(app: Quart, *args: Any, **kwargs: Any) -> Any:
        if who_asks(app) is Caller.TEST:
            return _flask_member(app, "run", *args, **kwargs)
        return original(app, *args, **kwargs)

    return method


def _flask_member(app: Quart, name: str, *args: Any, **kwargs: Any) -> Any:
    return getattr(flask_app(app), name)(*args, **kwargs)


def _get_wsgi_app(app: Quart) -> Any:
    if who_asks(app) is not Caller.TEST:
        raise AttributeError("a Quart app has no wsgi_app: wrap its asgi_app", obj=app)
    return flask_app(app).wsgi_app


def _set_wsgi_app(app: Quart, middleware: Any) -> None:
    vars(flask_app(app))["wsgi_app"] = middleware


wsgi_app = property(_get_wsgi_app, _set_wsgi_app)
"""``app.wsgi_app`` in a test: a WSGI app, and the place for WSGI middleware."""


def call(original: Method) -> EitherMethod:
    """Make ``app(environ, start_response)`` answer as WSGI, whatever else it answers."""

    def answer(app: Quart, *args: Any) -> Any:
        if len(args) == _WSGI_ARGS:
            return flask_app(app)(*args)
        return original(app, *args)

    return EitherMethod(original, answer)


_WSGI_ARGS = 2
