"""The only place with names that are private to Quart, keyed on its version.

Quart 0.20 to 0.22 keeps an app context beside a request or websocket context (`split`); Quart 0.23
has merged them into one (`merged`). The rest of `compat_shims` is the same on both lines.
"""

import inspect
import sys
from collections.abc import Iterator
from contextvars import ContextVar, Token
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import quart
import quart.ctx
import quart.templating
import quart.utils
import quart.wrappers.base
from werkzeug.exceptions import ClientDisconnected

from compat_shims.errors import UnsupportedVersionError

if TYPE_CHECKING or hasattr(quart.ctx, "RequestContext"):
    from compat_shims._quart import split as installed
else:
    from compat_shims._quart import merged as installed

__all__ = [
    "AppContext",
    "ClientDisconnectedError",
    "Dispatch",
    "RequestContext",
    "WebsocketContext",
    "after_request_functions",
    "after_websocket_functions",
    "asked_by_templating",
    "bind",
    "ensure_known_version",
    "remember_json",
    "request_of",
    "share_after_request_functions",
    "synchronous_iterator",
    "unbind",
]

KNOWN = ((0, 20), (0, 24))

AppContext = installed.AppContext
RequestContext = installed.RequestContext
WebsocketContext = installed.WebsocketContext
Dispatch = installed.Dispatch
request_of = installed.request_of

Bindings = list[tuple[ContextVar[Any], Token[Any]]]


ClientDisconnectedError: type[Exception] = getattr(
    quart.wrappers.base, "ClientDisconnectedError", ClientDisconnected
)
"""What Quart 0.23 raises where a body ends early; before, it raises nothing of its own."""


def ensure_known_version() -> None:
    """Raise `UnsupportedVersionError` on a Quart that the shims were never tried with."""
    found = version("quart")
    numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdigit())
    if not KNOWN[0] <= numbers < KNOWN[1]:
        msg = f"compat_shims knows Quart 0.20 to 0.23, not {found}: install quart>=0.20,<0.24"
        raise UnsupportedVersionError(msg)


def bind(context: Any) -> Bindings:
    """Make *context* the active one."""
    variable = installed.variable_of(context)
    return [(variable, variable.set(context))]


def unbind(bindings: Bindings) -> None:
    """Undo `bind`; in another `contextvars.Context` than it was called in, nothing is to undo."""
    for variable, token in reversed(bindings):
        try:
            variable.reset(token)
        except ValueError:
            continue


def after_request_functions(context: Any) -> list[Any]:
    """Return what `after_this_request` has registered in *context*."""
    functions: list[Any] = context._after_request_functions
    return functions


def after_websocket_functions(context: Any) -> list[Any]:
    """Return what `after_this_websocket` has registered in *context*."""
    functions: list[Any] = context._after_websocket_functions
    return functions


def remember_json(request: Any, value: Any) -> None:
    """Let `get_json` of *request* return *value* from now on."""
    request._cached_json = {False: value, True: value}


def share_after_request_functions(context: Any, functions: list[Any]) -> None:
    """Let `after_this_request` of both frameworks add to *functions*."""
    context._after_request_functions = functions


def asked_by_templating() -> bool:
    """Tell whether `quart.render_template` or one of its kind awaits the caller's caller.

    These load the template next, which a bridged app does later, in the lane, together with what
    they ask for now.
    """
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(__name__):
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__") == quart.templating.__name__


def synchronous_iterator(body: Any) -> Iterator[Any] | None:
    """Return the synchronous iterator behind *body* that Quart would run in its own threads."""
    chunks = getattr(body, "iter", None)
    if not inspect.isasyncgen(chunks) or chunks.ag_code.co_filename != quart.utils.__file__:
        return None
    iterator = chunks.ag_frame.f_locals.get("iterable") if chunks.ag_frame else None
    return iterator if isinstance(iterator, Iterator) else None
