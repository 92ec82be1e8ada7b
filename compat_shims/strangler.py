"""What a Flask app that is mounted shares with the app around it."""

from typing import Any

import flask
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from compat_shims import _flask

__all__ = ["share_with"]


class _OuterSession(SecureCookieSessionInterface):
    """The session of the request that is being answered; who opened it saves it."""

    def open_session(self, app: flask.Flask, request: flask.Request) -> Any:
        """Return the session of the app around *app*."""
        outer = _flask.outer_request_context(app)
        if outer is None:  # Somebody calls the mounted app by itself.
            return super().open_session(app, request)
        return _flask.peek_session(outer)

    def save_session(
        self, app: flask.Flask, session: SessionMixin, response: flask.Response
    ) -> None:
        """Leave saving to the app around *app*."""
        if _flask.outer_request_context(app) is None:
            super().save_session(app, session, response)


def share_with(companion: flask.Flask, mounted: flask.Flask) -> None:
    """Let *mounted* use the session, `g`, error pages and configuration of *companion*."""
    mounted.session_interface = _OuterSession()
    own_globals = mounted.app_ctx_globals_class

    def outer_globals() -> Any:
        outer = _flask.current_app_context()
        return outer.g if outer is not None and outer.app is companion else own_globals()

    mounted.app_ctx_globals_class = outer_globals  # type: ignore[assignment]  # Flask only calls it
    for name, value in companion.config.items():
        if mounted.config.get(name) is None:
            mounted.config[name] = value
    _share_error_pages(companion, mounted)


def _share_error_pages(companion: flask.Flask, mounted: flask.Flask) -> None:
    """Let *mounted* answer an error by a handler of *companion* where it has none itself."""
    own_finder = _flask.error_handler_finder(mounted)
    outer_finder = _flask.error_handler_finder(companion)

    def find(error: Exception, blueprints: list[str]) -> Any:
        return own_finder(error, blueprints) or outer_finder(error, [])

    _flask.replace_error_handler_finder(mounted, find)
