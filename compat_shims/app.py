"""What the class of a Quart app gets when the app gets a companion."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import quart

from compat_shims import _quart
from compat_shims.body import SharedBody
from compat_shims.harness import harness_of, watch_of
from compat_shims.lane import offload, on_event_loop
from compat_shims.middleware import has_middleware, through_middleware
from compat_shims.monitored import registered_before
from compat_shims.request import bridged_request_class, is_flasks
from compat_shims.side import OPEN_KEY
from compat_shims.warm_up import warm_up
from compat_shims.wsgi_socket import may_want_socket, offload_with_socket

__all__ = ["BridgedApp", "bridged_class"]

P = ParamSpec("P")
T = TypeVar("T")


REPLACEABLE = (
    "dispatch_request",
    "finalize_request",
    "full_dispatch_request",
    "handle_exception",
    "handle_http_exception",
    "handle_user_exception",
    "make_response",
    "preprocess_request",
    "process_response",
)


class _OnLoop:
    """A method of a Quart app that Flask code may replace on the companion by a plain function.

    The companion shares the app's attributes, so the replacement must not hide Quart's method:
    a descriptor with ``__set__`` comes before the instance's attributes
    (https://docs.python.org/3/howto/descriptor.html#invocation-from-an-instance).

    Synchronous code, which could not await Quart's method, finds Flask's: an extension that a
    blueprint brings along wraps what it finds on the app that the blueprint is registered on.
    """

    def __init__(self, name: str, method: Callable[..., Any]) -> None:
        self._name = name
        self._method = method

    def __get__(self, app: Any, owner: type) -> Any:
        if app is None:
            return self._method
        own = vars(app).get(self._name)
        if own is not None and inspect.iscoroutinefunction(own):
            return own
        if not on_event_loop():
            return getattr(app.bridge.companion, self._name)
        return self._method.__get__(app, owner)

    def __set__(self, app: Any, value: Any) -> None:
        vars(app)[self._name] = value


class BridgedApp(_quart.Dispatch):
    """Mixed into the class of an app by `flask_app`; everything it decides is in `Bridge`."""

    bridge: Any

    @property
    def request_class(self) -> Any:
        """Quart's request class, with what Flask's has and Quart's has not."""
        chosen = vars(self).get("request_class") or super().request_class  # type: ignore[misc]
        return bridged_request_class(quart.Request if is_flasks(chosen) else chosen)

    @request_class.setter
    def request_class(self, value: Any) -> None:
        if is_flasks(value):
            self.bridge.companion.request_class = value
        else:
            self.__dict__["request_class"] = value

    @property
    def asgi_http_class(self) -> Any:
        """Quart's HTTP connection, which closes the contexts of a stream when it was sent."""
        return _closing(vars(self).get("asgi_http_class") or super().asgi_http_class)  # type: ignore[misc]

    @asgi_http_class.setter
    def asgi_http_class(self, value: Any) -> None:
        self.__dict__["asgi_http_class"] = value

    def test_client(self, *args: Any, **kwargs: Any) -> Any:
        """Return Quart's test client, which takes what Flask's takes and keeps its contexts."""
        if self.test_client_class is not quart.Quart.test_client_class:
            return super().test_client(*args, **kwargs)  # type: ignore[misc]
        from compat_shims.testing.quart_client import CompanionClient  # noqa: PLC0415  tests only

        return CompanionClient(self, *args, **kwargs)

    def app_context(self) -> Any:
        """Return an app context for `async with`, and for Flask's `with`."""
        return _quart.AppContext(self)

    def request_context(self, request: Any) -> Any:
        """Return a request context, with Flask's beside it."""
        return _quart.RequestContext(self, request)

    def websocket_context(self, websocket: Any) -> Any:
        """Return a websocket context, with Flask's beside it."""
        return _quart.WebsocketContext(self, websocket)

    def add_url_rule(
        self, rule: str, endpoint: Any = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        """Add a rule, for the view that the endpoint has where it is the same one."""
        view = registered_before(self.view_functions, endpoint, view_func)
        super().add_url_rule(rule, endpoint, view, *args, **options)  # type: ignore[misc]

    def create_url_adapter(self, request: Any) -> Any:
        """Return what Flask makes of `SERVER_NAME`, `TRUSTED_HOSTS` and the request's host."""
        if request is None:
            return self.bridge.companion.create_url_adapter(None)
        return self.bridge.side_of(request).request_context.url_adapter

    def create_jinja_environment(self) -> Any:
        """Return the companion's environment: the two have one."""
        return self.bridge.companion.create_jinja_environment()

    def sync_to_async(self, func: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        """Run *func* in the lane; await, on the loop, a coroutine that it passes through."""

        @functools.wraps(func)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            run = offload_with_socket if may_want_socket() else offload
            result: Any = await run(functools.partial(func, *args, **kwargs))
            return await result if inspect.iscoroutine(result) else result  # type: ignore[no-any-return]

        wrapper._quart_async_wrapper = True  # type: ignore[attr-defined]  # noqa: SLF001  Quart's mark
        return wrapper

    async def make_response(self, result: Any) -> Any:
        """Return a response for *result*, by Quart's rules or, where they know none, by Flask's."""
        return await self.bridge.make_response(result, super().make_response)  # type: ignore[misc]

    async def handle_request(self, request: Any) -> Any:
        """Answer *request*, through the middleware that was put on ``wsgi_app``."""
        try:
            if has_middleware(self, request):  # type: ignore[arg-type]
                return await through_middleware(self.bridge, request, self._answer_request)
            return await self._answer_request(request)
        except Exception as error:
            watch = watch_of(request.scope)
            if watch is None:
                raise
            watch.errors.append(error)
            return quart.Response(b"", status=500)

    async def _answer_request(self, request: Any) -> Any:
        """Answer *request*; a test client gets what Flask lets through to its caller."""
        try:
            return await super().handle_request(request)  # type: ignore[misc]
        except Exception as error:
            harness = harness_of(request.scope)
            if harness is None:
                raise
            harness.errors.append(error)
            return quart.Response(b"", status=500)

    async def startup(self) -> None:
        """Read what is read once, then start as Quart does."""
        await offload(warm_up, self.bridge.companion)
        await super().startup()  # type: ignore[misc]

    async def shutdown(self) -> None:
        """Shut down as Quart does, then wait for the lanes and end their threads."""
        await super().shutdown()  # type: ignore[misc]
        await self.bridge.drain()

    def __getattr__(self, name: str) -> Any:
        """Answer what only Flask apps have, such as `ensure_sync` and `wsgi_app`."""
        bridge = vars(self).get("bridge")
        if bridge is None or name.startswith("__"):
            msg = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(msg, name=name, obj=self)
        return getattr(bridge.companion, name)


@functools.cache
def bridged_class(cls: Any) -> Any:
    """Return *cls* with `BridgedApp` before it."""
    bridged: Any = type(
        cls.__name__, (BridgedApp, cls), {"__module__": cls.__module__, "__doc__": cls.__doc__}
    )
    for name in REPLACEABLE:
        method = _OnLoop(name, getattr(bridged, name))
        setattr(bridged, name, method)
    return bridged


@functools.cache
def _closing(cls: Any) -> Any:
    """Return *cls*, closing what the response kept open after its last chunk.

    The last message is held back until then: a server answers it with ``http.disconnect``, and
    Quart cancels the task in which the teardown functions run.
    """

    class ClosingConnection(cls):  # type: ignore[misc]  # any connection class
        async def handle_messages(self, request: Any, receive: Any, *rest: Any) -> None:
            if isinstance(request.body, SharedBody):
                receive = functools.partial(_receive_for, request.body, receive)
            await super().handle_messages(request, receive, *rest)

        async def handle_request(self, request: Any, send: Any) -> None:
            closers: list[Callable[[], Awaitable[None]]] = []
            request.scope[OPEN_KEY] = closers
            held: list[Any] = []

            async def hold_last(message: Any) -> None:
                ends = message["type"] == "http.response.body" and not message.get("more_body")
                if closers and ends:
                    held.append(message)
                else:
                    await send(message)

            try:
                await super().handle_request(request, hold_last)
            finally:
                while closers:
                    await closers.pop()()
                if isinstance(request.body, SharedBody):
                    request.body.abandon()
            for message in held:
                await send(message)

    return ClosingConnection


async def _receive_for(body: SharedBody, receive: Callable[[], Awaitable[Any]]) -> Any:
    """Receive what is wanted, and tell whoever reads the body that the client has gone."""
    await body.until_wanted()
    message = await receive()
    if message["type"] == "http.disconnect":
        body.disconnect()
    return message
