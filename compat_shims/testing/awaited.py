"""Flask's client used as Quart's documentation uses Quart's, in async tests.

https://quart.palletsprojects.com/en/latest/how_to_guides/testing.html has async tests await what a
client returns that a synchronous fixture may have made. So a test that was written after the
migration can stand beside those from before it, and use the same fixtures.
"""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from functools import wraps
from types import TracebackType
from typing import Any

import quart
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compat_shims.testing.patches import Patches

Method = Callable[..., Any]


class AlsoAsync:
    """A context manager that can be entered by ``async with`` as well."""

    def __init__(self, context: AbstractContextManager[Any]) -> None:
        """Enter and leave *context*, either way."""
        self._context = context

    def __enter__(self) -> Any:
        """Enter it."""
        return self._context.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Any:
        """Leave it."""
        return self._context.__exit__(kind, error, traceback)

    async def __aenter__(self) -> Any:
        """Enter it."""
        return self._context.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Any:
        """Leave it."""
        return self._context.__exit__(kind, error, traceback)


def make_awaitable(patches: Patches) -> None:
    """Let Flask's client be used with ``await`` and ``async with``, and with Quart's arguments."""
    patches.set(TestResponse, "__await__", _as_quarts)
    patches.set(FlaskClient, "__aenter__", _enter)
    patches.set(FlaskClient, "__aexit__", _leave)
    patches.wrap(FlaskClient, "open", _taking_quarts_arguments)
    patches.wrap(FlaskClient, "session_transaction", _also_async)


async def _enter(client: FlaskClient) -> FlaskClient:
    return client.__enter__()


async def _leave(client: FlaskClient, *error: Any) -> None:
    client.__exit__(*error)


def _as_quarts(response: TestResponse) -> Generator[None, None, quart.Response]:
    yield from ()
    return quart.Response(response.data, response.status_code, response.headers)


def _also_async(original: Method) -> Method:
    @wraps(original)
    def method(*args: Any, **kwargs: Any) -> AlsoAsync:
        return AlsoAsync(original(*args, **kwargs))

    return method


def _taking_quarts_arguments(original: Method) -> Method:
    @wraps(original)
    def open_(client: FlaskClient, *args: Any, **kwargs: Any) -> Any:
        parts = [kwargs.pop(name, None) or {} for name in ("form", "files")]
        if any(parts):
            kwargs["data"] = {**parts[0], **parts[1]}
        if "scheme" in kwargs:
            kwargs["url_scheme"] = kwargs.pop("scheme")
        return original(client, *args, **kwargs)

    return open_
