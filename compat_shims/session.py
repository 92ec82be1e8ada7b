"""One session a request, whichever framework's session interface the app has."""

from collections.abc import Generator
from inspect import iscoroutinefunction
from typing import Any

import flask
from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
    SessionMixin,
)

from compat_shims import _flask, _quart
from compat_shims.lane import offload
from compat_shims.response import as_flask, back_to_quart

__all__ = [
    "AsyncInterfaceInLane",
    "CookieSessionInterface",
    "is_async",
    "may_block",
    "open_session",
    "save_session",
]


def is_async(interface: Any) -> bool:
    """Tell whether *interface* is one of Quart's, with coroutine methods."""
    return may_block(interface) and iscoroutinefunction(interface.open_session)


def may_block(interface: Any) -> bool:
    """Tell whether *interface* belongs into a lane; Flask's own only signs a cookie."""
    return type(interface) not in (SecureCookieSessionInterface, CookieSessionInterface)


class _Done:
    """Nothing, also for those who await it."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()


class _CookieSession(SecureCookieSession):
    """Flask's session, which Quart's test client awaits."""

    def __await__(self) -> Generator[None, None, "_CookieSession"]:
        yield from ()
        return self


class CookieSessionInterface(SecureCookieSessionInterface):
    """Flask's default interface; Quart's ``session_transaction`` may await its methods as well."""

    session_class = _CookieSession

    def save_session(self, app: flask.Flask, session: SessionMixin, response: Any) -> Any:
        """Write the cookie."""
        super().save_session(app, session, response)
        return _Done()


async def open_session(side: Any, request: Any) -> SessionMixin:
    """Open the session of *request* and return it; a null session where there is none."""
    app, companion = side.bridge.app, side.bridge.companion
    interface = app.session_interface
    if is_async(interface):
        opened = await interface.open_session(app, request)
        return opened if opened is not None else await interface.make_null_session(app)  # type: ignore[no-any-return]
    if may_block(interface):
        return await offload(_open, interface, companion, side.request_context.request)
    return _open(interface, companion, side.request_context.request)


def _open(interface: Any, companion: flask.Flask, request: flask.Request) -> SessionMixin:
    session = interface.open_session(companion, request)
    if session is None:
        session = interface.make_null_session(companion)
    return session  # type: ignore[no-any-return]


async def save_session(side: Any, response: Any) -> None:
    """Save the session of the request, and its cookie into Quart's *response*."""
    app, companion = side.bridge.app, side.bridge.companion
    interface, session = app.session_interface, side.peek_session()
    if session is None or interface.is_null_session(session):
        return
    if is_async(interface):
        await interface.save_session(app, session, response)
    elif response is None and not may_block(interface):
        return  # A cookie cannot be sent any more.
    elif may_block(interface):
        await offload(_save, interface, side, session, response)
    else:
        interface.save_session(companion, session, response)


def _save(interface: Any, side: Any, session: SessionMixin, response: Any) -> None:
    companion = side.bridge.companion
    view = as_flask(response, companion) if response is not None else flask.Response()
    interface.save_session(companion, session, view)
    if response is not None:
        back_to_quart(view, side.bridge.app, side.environ)


class AsyncInterfaceInLane(SessionInterface):
    """A session interface of Quart, as Flask code sees it."""

    def __init__(self, companion: Any, interface: Any) -> None:
        """Call *interface*, from lanes, for *companion*."""
        self._companion = companion
        self._interface = interface

    def __getattr__(self, name: str) -> Any:
        """Answer everything else as the interface itself."""
        return getattr(self._interface, name)

    def is_null_session(self, obj: object) -> bool:
        """Tell whether *obj* stands for a session that could not be opened."""
        return bool(self._interface.is_null_session(obj))

    def make_null_session(self, app: flask.Flask) -> Any:  # noqa: ARG002  the interface's signature
        """Return what stands for a session that could not be opened."""
        return self._companion.ensure_sync(self._interface.make_null_session)(self._companion.quart)

    def open_session(self, app: flask.Flask, request: flask.Request) -> Any:  # noqa: ARG002  as above
        """Open the session of the request that is active."""
        opens = self._companion.ensure_sync(self._interface.open_session)
        context: Any = _flask.current_request_context()
        return opens(self._companion.quart, _quart.request_of(context.quart_context))

    def save_session(
        self,
        app: flask.Flask,  # noqa: ARG002  as above
        session: SessionMixin,
        response: flask.Response,
    ) -> None:
        """Save *session*, and its cookie into *response*."""
        saves = self._companion.ensure_sync(self._interface.save_session)
        saves(self._companion.quart, session, response)
