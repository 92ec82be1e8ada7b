"""The only module with names that are private to Flask, keyed on its version.

Flask 3.0 keeps the session of a request context in `session`, Flask 3.1 in `_session`. Its contexts
are kept in two context variables: https://github.com/pallets/flask/blob/3.1.3/src/flask/globals.py
"""

from collections.abc import Callable
from contextvars import Token
from typing import Any

import flask
import flask.ctx
import flask.globals
import flask.templating
from flask.sessions import SessionMixin
from flask.wrappers import Request

from compat_shims.errors import UnsupportedVersionError

__all__ = [
    "AppContext",
    "RequestContext",
    "app_context_variable",
    "current_app_context",
    "current_request_context",
    "default_context_processor",
    "forget_binding",
    "note_binding",
    "ensure_known_version",
    "peek_session",
    "put_session",
    "request_context_variable",
]

app_context_variable = getattr(flask.globals, "_cv_app", None)
request_context_variable = getattr(flask.globals, "_cv_request", None)
default_context_processor: Callable[[], dict[str, Any]] = (
    flask.templating._default_template_ctx_processor  # noqa: SLF001  this module is the place for it
)
_SESSION = "_session" if hasattr(flask.ctx.RequestContext, "session") else "session"

AppContext = flask.ctx.AppContext
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


def peek_session(context: RequestContext) -> SessionMixin | None:
    """Return the session of *context* without marking it as accessed."""
    session: SessionMixin | None = getattr(context, _SESSION)
    return session


def put_session(context: RequestContext, session: SessionMixin | None) -> None:
    """Make *session* the session of *context*."""
    setattr(context, _SESSION, session)


def note_binding(context: AppContext | RequestContext, token: Token[Any]) -> None:
    """Tell *context* that it is active, so that a stream in it does not take itself for the last."""
    tokens: list[Any] = context._cv_tokens  # noqa: SLF001  this module is the place for it
    tokens.append(token if isinstance(context, AppContext) else (token, None))


def forget_binding(context: AppContext | RequestContext) -> None:
    """Undo `note_binding`."""
    if context._cv_tokens:  # noqa: SLF001  as above
        del context._cv_tokens[0]  # noqa: SLF001  as above
