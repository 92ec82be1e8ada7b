"""What happens when Quart handles a request of an app that has a companion.

Two ways lead through a request. Where the view is synchronous, Flask's own code dispatches it, as
a whole, in the lane: hooks, view and hooks again are one hop. Where the view is async, Quart's
code dispatches it on the event loop, and what is synchronous around it goes into the lane.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache, partial
from inspect import iscoroutinefunction
from typing import Any

import flask
import quart
from blinker import Signal
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Rule
from werkzeug.wrappers import Response as WerkzeugResponse

from compat_shims import _flask, _quart, hooks, session
from compat_shims.body import SharedBody, is_worth_buffering
from compat_shims.context import CompanionAppContext, CompanionRequestContext
from compat_shims.errors import PoolExhaustedError
from compat_shims.flask_websocket import answer, is_flask_websocket
from compat_shims.lane import offload
from compat_shims.pool import Pool
from compat_shims.request import SIDE_KEY
from compat_shims.response import (
    LaneStream,
    apply_wire_rules,
    as_quart,
    back_to_quart,
    in_the_lane,
    is_view,
)
from compat_shims.side import FlaskSide
from compat_shims.signals import Relays
from compat_shims.wsgi_socket import offload_with_socket

__all__ = ["Bridge"]

Native = Callable[[], Awaitable[Any]]

DISPATCHING = (
    "dispatch_request",
    "finalize_request",
    "full_dispatch_request",
    "make_response",
    "preprocess_request",
    "process_response",
)
"""Methods of Flask that take part in every request, and may be overridden."""


class Bridge:
    """What an app and its companion have in common; `app.bridge` on both."""

    def __init__(self, app: quart.Quart, companion: Any, pool: Pool) -> None:
        """Stand between *app* and *companion*."""
        self.app = app
        self.companion = companion
        self.pool = pool
        self.relays = Relays(app, companion)
        self.fallback: Rule | None = None
        """Matches what nothing else matches, where `mount` was called with an empty prefix."""

    # Contexts.

    def attach(self, context: Any, session_: Any) -> None:
        """Give a new context of Quart its Flask side, unless it was made with one."""
        request = _quart.request_of(context)
        if context.side is None:
            context.side = self.side_of(request)
        if request is not None:
            flasks: Any = context.side.request_context
            functions = _flask.after_request_functions(flasks)
            _quart.share_after_request_functions(context, functions)
            request.routing_exception = flasks.request.routing_exception
        if session_ is not None:
            context.side.put_session(session_)
        context.g = context.side.app_context.g

    def side_of(self, request: Any) -> FlaskSide:
        """Return the Flask side of *request*, made when it is first asked for."""
        if request is None:
            return FlaskSide(self)
        side = request.scope.get(SIDE_KEY)
        return side if side is not None and side.bridge is self else FlaskSide(self, request)

    def app_context_beside(self, context: CompanionAppContext) -> Any:
        """Return an app context of Quart with the `g` of *context*."""
        beside = _quart.AppContext(self.app)
        beside.g = context.g
        return beside

    def request_context_beside(self, context: CompanionRequestContext) -> Any:
        """Return a request context of Quart for the request of *context*."""
        from compat_shims.wsgi import quart_request  # noqa: PLC0415  it imports this module

        request = quart_request(self.app, context.request.environ)
        side = FlaskSide.of(self, context, request)
        return _quart.RequestContext(self.app, request, side=side)

    async def match(self, context: CompanionRequestContext) -> None:
        """Find the rule for the request; converters of the app's own may block."""
        if self._converters_may_block():
            await offload(context.match_request)
        else:
            context.match_request()
        exception = context.request.routing_exception
        if self.fallback is not None and isinstance(exception, NotFound | MethodNotAllowed):
            context.request.routing_exception = None
            context.request.url_rule, context.request.view_args = self.fallback, {}

    def _converters_may_block(self) -> bool:
        url_map = self.companion.url_map
        return bool(url_map.converters != url_map.default_converters)

    # Dispatching.

    async def full_dispatch(self, context: Any, native: Native) -> Any:
        """Answer the request of *context*."""
        if context.side.error is not None:
            raise context.side.error
        request = _quart.request_of(context)
        await self._receive_body(request, context.side.environ)
        if self._flask_dispatches(request):
            return await offload(self._answer_to_the_end, context.side)
        return self._finished(context.side, await native())

    async def _receive_body(self, request: Any, environ: dict[str, Any]) -> None:
        body = request.body
        if not isinstance(body, SharedBody) or not is_worth_buffering(request):
            return
        await body.received()
        if body.is_here and "HTTP_TRANSFER_ENCODING" not in environ:
            # HTTP/2 and test clients may send a form without saying how long it is.
            environ.setdefault("CONTENT_LENGTH", str(len(body)))

    def _flask_dispatches(self, request: Any) -> bool:
        if self._quart_overrides(DISPATCHING) or self.makes_responses:
            return False
        if self._flask_overrides(DISPATCHING):
            return True
        rule = request.url_rule
        if request.routing_exception is not None or rule is None:
            # In debug mode Flask explains a redirect that would lose a form.
            return self.app.debug or self._has_synchronous_hooks(request)
        return not iscoroutinefunction(self.app.view_functions.get(rule.endpoint))

    def _has_synchronous_hooks(self, request: Any) -> bool:
        around = [
            *hooks.before_functions(self.app, request),
            *hooks.after_functions(self.app, request, ()),
        ]
        handlers = self.app.error_handler_spec.values()
        around += [f for codes in handlers for classes in codes.values() for f in classes.values()]
        return any(not iscoroutinefunction(function) for function in around)

    def _quart_overrides(self, names: tuple[str, ...]) -> bool:
        own: Any = type(self.app).__bases__[-1]  # what `bridged_class` was given
        return _overrides(own, quart.Quart, names)

    def _flask_overrides(self, names: tuple[str, ...]) -> bool:
        replaced = vars(self.companion)
        for name in names:
            if name in replaced and not iscoroutinefunction(replaced[name]):
                return True
        own: Any = type(self.companion)
        return _overrides(own, self.companion.framework_class, names)

    def overrides_teardown(self) -> bool:
        """Tell whether the Flask app has its own way of tearing a context down."""
        return self._flask_overrides(("do_teardown_request", "do_teardown_appcontext"))

    def _answer(self, side: FlaskSide) -> Any:
        """Let Flask answer, in the lane, as its `wsgi_app` does."""
        companion = self.companion
        try:
            response = companion.full_dispatch_request()
        except Exception as error:  # noqa: BLE001  Flask handles it, or raises it again
            side.error = error
            side.answered_by_flask = True
            response = companion.handle_exception(error)
        if is_view(response):
            return self._finished(side, back_to_quart(response, self.app, side.environ))
        return self._noted(side, as_quart(response, self.app, side.environ))

    def _answer_to_the_end(self, side: FlaskSide) -> Any:
        """Let Flask answer, and tear the request down in the same trip to the lane."""
        response = self._answer(side)
        side.end_in_lane()
        return response

    def _as_quart(self, response: flask.Response, environ: Any) -> quart.Response:
        convert = back_to_quart if is_view(response) else as_quart
        return convert(response, self.app, environ)

    def _finished(self, side: FlaskSide, response: Any) -> Any:
        if isinstance(response, quart.Response):
            response = apply_wire_rules(in_the_lane(response), side.environ["REQUEST_METHOD"])
            return self._noted(side, response)
        return response

    def _noted(self, side: FlaskSide, response: quart.Response) -> quart.Response:
        side.streaming = isinstance(response.response, LaneStream) or side.copied
        return response

    async def full_dispatch_websocket(self, context: Any, native: Native) -> Any:
        """Serve the websocket of *context*: Flask does it where the handler is Flask code."""
        if not is_flask_websocket(self.app, _quart.request_of(context)):
            return await native()
        await self.send(quart.signals.websocket_started)
        return await offload_with_socket(partial(answer, self, context.side, self._answer))

    async def preprocess(self, context: Any) -> Any:
        """Run what runs before the view."""
        request = _quart.request_of(context)
        return await hooks.first_answer(hooks.before_functions(self.app, request))

    async def process_response(self, context: Any, response: Any) -> Any:
        """Run what runs after the view, and save the session."""
        side = context.side
        functions = hooks.after_functions(
            self.app, _quart.request_of(context), _quart.after_request_functions(context)
        )
        response = await hooks.processed(functions, response, side)
        await session.save_session(side, response)
        return response

    async def postprocess_websocket(self, context: Any, response: Any) -> Any:
        """Run what runs after a websocket, and save the session where it is still possible."""
        functions = hooks.after_functions(
            self.app, _quart.request_of(context), _quart.after_websocket_functions(context)
        )
        for function in functions:
            response = await self.app.ensure_async(function)(response)
        await session.save_session(context.side, response)
        return response

    async def make_response(self, result: Any, native: Callable[[Any], Awaitable[Any]]) -> Any:
        """Return the response for what a view has returned, by Quart's or by Flask's rules.

        Where the app's own class says how, it gets what the view has returned, but for what Quart
        cannot make a response of, which it gets as a response.
        """
        if _is_for_quart(result):
            return await native(result)
        value = result[0] if isinstance(result, tuple) and result else result
        is_answer = isinstance(value, WerkzeugResponse | HTTPException)
        if self.makes_responses and not (is_answer or callable(value)):
            return await native(result)
        make = self.companion.make_flask_response
        calls_app = callable(value) and not is_answer
        response = await offload(make, result) if calls_app else make(result)
        made = self._as_quart(response, flask.request.environ)
        return await native(made) if self.makes_responses else made

    @property
    def makes_responses(self) -> bool:
        """Whether the app's own class makes responses of what views return."""
        return self._quart_overrides(("make_response",))

    # Errors.

    async def handle_user_exception(self, error: Exception, native: Native) -> Any:
        """Handle an exception of a hook or view."""
        if isinstance(error, PoolExhaustedError):
            raise error
        if not self._is_replaced_by_flask("handle_user_exception"):
            return await native()
        return await offload(self._handle_actively, "handle_user_exception", error)

    async def handle_exception(self, context: Any, error: Exception, native: Native) -> Any:
        """Answer an exception that nothing has handled: as 500, or by letting it through."""
        side = context.side if context is not None else None
        if side is None:
            return await native()
        if side.answered_by_flask:
            raise error
        side.error = error
        if isinstance(error, PoolExhaustedError):
            return await self._refuse(error)
        if self._is_replaced_by_flask("handle_exception"):
            answer = await offload(self._handle_actively, "handle_exception", error)
            response = await self.app.make_response(answer)
        else:
            response = await native()
        return self._finished(side, response)

    def _is_replaced_by_flask(self, name: str) -> bool:
        return self._flask_overrides((name,))

    def _handle_actively(self, name: str, error: Exception) -> Any:
        # Flask calls it while the exception is active, so that a bare `raise` is possible there.
        try:
            raise error  # noqa: TRY301  to make it active is the purpose
        except Exception as active:  # noqa: BLE001  what handles it decides
            return getattr(self.companion, name)(active)

    async def _refuse(self, error: PoolExhaustedError) -> Any:
        self.app.logger.error("%s", error)
        handler = _flask.find_error_handler(self.app, error)
        if handler is not None and iscoroutinefunction(handler):
            return await self.app.make_response(await handler(error))
        answer = self.companion.response_class.force_type(error.get_response())
        return as_quart(answer, self.app, flask.request.environ)

    # The rest.

    async def drain(self) -> None:
        """Wait, as long as Quart waits for background tasks, until every lane has ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.app.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"]):
                await self.pool.all_back()
        self.pool.stop_idle_threads()

    async def send(self, signal: Signal, **values: Any) -> None:
        """Send one of Quart's signals; the relay brings it to Flask's receivers."""
        if not self.relays.is_quiet(signal):
            await signal.send_async(self.app, _sync_wrapper=self.app.ensure_async, **values)  # type: ignore[arg-type]

    async def update_template_context(self, context: dict[str, Any]) -> None:
        """Let the context processors add to *context*, in the lane.

        Where a template is rendered next, that hop into the lane does it (see `templating`).
        """
        if not _quart.asked_by_templating():
            await offload(self.companion.update_template_context, context)

    async def teardown_request(self, exc: BaseException | None) -> None:
        """Run the teardown functions of a request."""
        await offload(self.companion.do_teardown_request, exc)

    async def teardown_appcontext(self, exc: BaseException | None) -> None:
        """Run the teardown functions of an app context."""
        await offload(self.companion.do_teardown_appcontext, exc)


@cache
def _overrides(own: Any, base: Any, names: tuple[str, ...]) -> bool:
    return any(getattr(own, name) is not getattr(base, name) for name in names)


def _is_for_quart(result: Any) -> bool:
    value, status = result, None
    if isinstance(result, tuple):
        if not 1 < len(result) <= 3:  # noqa: PLR2004  (body, status, headers)
            return False
        value, status = result[0], result[1]
    if not isinstance(status, int | dict | list | Headers | None):
        return False
    if isinstance(value, str | bytes | dict | list | quart.Response):
        return True
    return hasattr(value, "__aiter__")
