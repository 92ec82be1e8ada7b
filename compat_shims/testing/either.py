"""Objects for async test code, where Flask's way and Quart's way of using them look the same.

A test written for Flask says ``with app.test_client() as client: client.get("/").text``; one
written for Quart says ``async with … await client.get("/")``. What the test does with the object
decides.
"""

from collections.abc import Callable, Coroutine, Generator
from functools import cached_property, partial
from types import TracebackType
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compat_shims.testing.never_awaited import never_awaited

AnyCoroutine = Coroutine[Any, Any, Any]


class EitherContext:
    """A context manager that is Flask's under ``with`` and Quart's under ``async with``.

    Not entered with ``with``, it behaves as Quart's: ``push`` and ``pop`` are awaited.
    """

    def __init__(self, flask: Callable[[], Any], quart: Callable[[], Any]) -> None:
        """Take what makes each; only the one that is used is made."""
        self._make_flask = flask
        self._make_quart = quart
        self._entered: Any = None

    @cached_property
    def _flask(self) -> Any:
        return self._make_flask()

    @cached_property
    def _quart(self) -> Any:
        return self._make_quart()

    def __enter__(self) -> Any:
        """Enter Flask's."""
        self._entered = self._flask
        return self._flask.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Any:
        """Leave Flask's."""
        self._entered = None
        return self._flask.__exit__(kind, error, traceback)

    async def __aenter__(self) -> Any:
        """Enter Quart's."""
        return await self._quart.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> Any:
        """Leave Quart's."""
        return await self._quart.__aexit__(kind, error, traceback)

    def __getattr__(self, name: str) -> Any:
        """Answer as the one that was entered; as Quart's before that."""
        return getattr(self._entered if self._entered is not None else self._quart, name)


class EitherResponse(AnyCoroutine):
    """A request that Quart's client sends when awaited, and Flask's when anything else is done."""

    def __init__(
        self, flask: Callable[[], TestResponse], quart: Callable[[], AnyCoroutine]
    ) -> None:
        """Take what sends the request; nothing is sent yet."""
        self._send_by_flask = flask
        self._send_by_quart = quart
        self._used = False

    @cached_property
    def _response(self) -> TestResponse:
        self._used = True
        return self._send_by_flask()

    @cached_property
    def _coroutine(self) -> AnyCoroutine:
        self._used = True
        return self._send_by_quart()

    def __await__(self) -> Generator[Any, Any, Any]:
        """Send the request by Quart's client, in this event loop."""
        return self._coroutine.__await__()

    def send(self, value: Any) -> Any:
        """Advance, as a coroutine that a task runs."""
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise in the coroutine that a task runs."""
        return self._coroutine.throw(*error)

    def close(self) -> None:
        """End the coroutine, or close Flask's response."""
        if "_response" in vars(self):
            self._response.close()
        elif self._used:
            self._coroutine.close()

    def __getattr__(self, name: str) -> Any:
        """Send the request by Flask's client, now, and answer as its response."""
        return getattr(self._response, name)

    def __del__(self) -> None:
        """Report a request that was never sent, as Python reports a coroutine."""
        if not self._used:
            never_awaited.note(
                "a request of app.test_client() in async code was never sent: await it, or create "
                "the client in a synchronous fixture"
            )


class EitherClient:
    """`app.test_client()` called in async code."""

    def __init__(self, flask: Callable[[], FlaskClient], quart: Callable[[], Any]) -> None:
        """Take what makes each client; only those that are used are made, with their cookies."""
        self._make_flask = flask
        self._make_quart = quart

    @cached_property
    def _flask(self) -> FlaskClient:
        return self._make_flask()

    @cached_property
    def _quart(self) -> Any:
        return self._make_quart()

    def __enter__(self) -> FlaskClient:
        """Keep Flask's contexts of the last request until the block ends."""
        return self._flask.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let them go."""
        self._flask.__exit__(kind, error, traceback)

    async def __aenter__(self) -> Any:
        """Keep Quart's context of the last request until the block ends."""
        return await self._quart.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let it go."""
        await self._quart.__aexit__(kind, error, traceback)

    def open(self, *args: Any, **kwargs: Any) -> EitherResponse:
        """Prepare a request, to be awaited or to be looked at."""
        return self._either("open", *args, **kwargs)

    def session_transaction(self, *args: Any, **kwargs: Any) -> EitherContext:
        """Open the session for changes, under ``with`` or ``async with``."""
        return EitherContext(
            partial(self._flask_member, "session_transaction", *args, **kwargs),
            partial(self._quart_member, "session_transaction", *args, **kwargs),
        )

    def set_cookie(self, *args: Any, **kwargs: Any) -> None:
        """Set a cookie: Quart's client takes the server's name before key and value."""
        owner = self._quart if len(args) > _FLASK_COOKIE_ARGS else self._flask
        owner.set_cookie(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """Answer with what only one of the two has, or with a request by the method *name*."""
        if name in _METHODS:
            return partial(self._either, name)
        return getattr(self._flask if hasattr(FlaskClient, name) else self._quart, name)

    def _either(self, name: str, *args: Any, **kwargs: Any) -> EitherResponse:
        return EitherResponse(
            partial(self._flask_member, name, *args, **kwargs),
            partial(self._quart_member, name, *args, **kwargs),
        )

    def _flask_member(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._flask, name)(*args, **kwargs)

    def _quart_member(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._quart, name)(*args, **kwargs)


_METHODS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace"})
_FLASK_COOKIE_ARGS = 2  # key and value
