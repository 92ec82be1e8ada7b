"""The only module with names that are private to Flask, keyed on its version.

Flask 3.0 keeps the session of a request context in `session`, Flask 3.1 in `_session`. Its contexts
are kept in two context variables: https://github.com/pallets/flask/blob/3.1.3/src/flask/globals.py
"""

from collections.abc import Callable, Iterator
from contextvars import ContextVar, Token
from typing import Any

import flask
import flask.ctx
import flask.globals
import flask.templating
from flask.sessions import SessionMixin

from compat_shims.errors import UnsupportedVersionError

__all__ = [
    "UNKNOWN",
    "AppContext",
    "RequestContext",
    "after_request_functions",
    "app_context_variable",
    "bind",
    "current_app_context",
    "current_request_context",
    "default_context_processor",
    "ensure_known_version",
    "forget_binding",
    "note_binding",
    "peek_session",
    "put_session",
    "request_context_variable",
]

app_context_variable = getattr(flask.globals, "_cv_app", None)
request_context_variable = getattr(flask.globals, "_cv_request", None)
default_context_processor: Callable[[], dict[str, Any]] = (
    flask.templating._default_template_ctx_processor
)
_SESSION = "_session" if hasattr(flask.ctx.RequestContext, "session") else "session"

AppContext = flask.ctx.AppContext
UNKNOWN: Any = flask.ctx._sentinel
RequestContext = flask.ctx.RequestContext


def ensure_known_version() -> None:
    """Raise `UnsupportedVersionError` on a Flask whose contexts were merged into one."""
    if app_context_variable is None or request_context_variable is None:
        msg = (
            "this Flask keeps its contexts where compat_shims does not know them: "
            "install flask>=3.0,<3.2"
        )
        raise UnsupportedVersionError(msg)


def current_app_context() -> AppContext | None:
    """Return Flask's app context that is active now, if any."""
    context: AppContext | None = app_context_variable.get(None) if app_context_variable else None
    return context


def current_request_context() -> RequestContext | None:
    """Return Flask's request context that is active now, if any."""
    variable = request_context_variable
    context: RequestContext | None = variable.get(None) if variable else None
    return context


def bind(context: AppContext | RequestContext) -> Iterator[tuple[ContextVar[Any], Token[Any]]]:
    """Make *context* the active one, without being what ends it."""
    is_of_app = isinstance(context, AppContext)
    variable = app_context_variable if is_of_app else request_context_variable
    if variable is not None:
        yield variable, variable.set(context)


def peek_session(context: RequestContext) -> SessionMixin | None:
    """Return the session of *context* without marking it as accessed."""
    session: SessionMixin | None = getattr(context, _SESSION)
    return session


def put_session(context: RequestContext, session: SessionMixin | None) -> None:
    """Make *session* the session of *context*."""
    setattr(context, _SESSION, session)


def note_binding(context: AppContext | RequestContext, token: Token[Any]) -> None:
    """Tell *context* that it is active: a stream in it is not the last to leave."""
    tokens: list[Any] = context._cv_tokens
    tokens.append(token if isinstance(context, AppContext) else (token, None))


def forget_binding(context: AppContext | RequestContext) -> None:
    """Undo `note_binding`."""
    if context._cv_tokens:
        del context._cv_tokens[0]


def after_request_functions(context: RequestContext) -> list[Any]:
    """Return the list to which `after_this_request` adds in *context*."""
    functions: list[Any] = context._after_request_functions
    return functions


def find_error_handler(app: Any, error: Exception) -> Callable[..., Any] | None:
    """Return what *app* has registered for *error*, in the request that is active."""
    handler: Callable[..., Any] | None = app._find_error_handler(error, flask.request.blueprints)
    return handler


def outer_request_context(app: flask.Flask) -> RequestContext | None:
    """Return the request context of another app around the one that *app* is pushing now."""
    pushed = current_request_context()
    if pushed is None or pushed.app is not app:
        return None
    bound: Any = pushed._cv_tokens[0][0].old_value
    return bound if isinstance(bound, RequestContext) and bound.app is not app else None


def error_handler_finder(app: flask.Flask) -> Callable[[Exception, list[str]], Any]:
    """Return what *app* looks its error handlers up with."""
    return app._find_error_handler


def replace_error_handler_finder(
    app: flask.Flask, finder: Callable[[Exception, list[str]], Any]
) -> None:
    """Have *app* look its error handlers up with *finder*."""
    vars(app)["_find_error_handler"] = finder
