"""Responses of Flask sent by Quart, and responses of Quart shown to Flask code."""

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from typing import Any, TypeVar

import flask
import quart
from quart.wrappers.response import ResponseBody
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.http import remove_entity_headers
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import ClosingIterator

from compat_shims import _quart
from compat_shims.lane import hop, in_lane, offload

__all__ = ["LaneStream", "apply_wire_rules", "as_flask", "as_quart", "from_wsgi"]

R = TypeVar("R", bound=WerkzeugResponse)

_END = object()
_FILE_BATCH = 16  # blocks of a file that are read in one hop
_LONG = 2**16  # bytes: a file that is shorter is read at once
_ORIGIN = "_compat_shims_origin"


class LaneStream(ResponseBody):
    """A synchronous iterable that is iterated in the lane of the request, and closed there."""

    def __init__(self, iterable: Iterable[Any], close: Callable[[], Any] | None = None) -> None:
        """Iterate *iterable*, then call *close*."""
        self._iterable = iterable
        self._iterator: Iterator[Any] | None = None
        self._close = close
        self._batch = _FILE_BATCH if _is_file(iterable) else 1

    async def __aenter__(self) -> AsyncIterable[bytes]:
        """Begin."""
        return self

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate."""
        return self

    async def __anext__(self) -> Any:
        """Let the lane produce what comes next."""
        chunk = await offload(self._produce)
        if chunk is _END:
            raise StopAsyncIteration
        return chunk

    async def __aexit__(self, *_: object) -> None:
        """Close the iterable, however far it got."""
        await offload(self.close)

    def _produce(self) -> Any:
        if self._iterator is None:
            self._iterator = iter(self._iterable)
        if self._batch == 1:
            return next(self._iterator, _END)
        blocks = list(islice(self._iterator, self._batch))
        return b"".join(blocks) if blocks else _END

    def close(self) -> None:
        """Close the iterable, in the lane."""
        close = self._close or getattr(self._iterable, "close", None)
        if close is not None:
            close()


class ClosingBody(ResponseBody):
    """Data that is complete, and something to call in the lane once it was sent."""

    def __init__(self, data: bytes, close: Callable[[], Any]) -> None:
        """Send *data*, then call *close*."""
        self.data = data
        self._close = close

    async def __aenter__(self) -> AsyncIterable[bytes]:
        """Begin."""
        return self._chunks()

    async def __aexit__(self, *_: object) -> None:
        """Run what the app wants to be run when the response was sent."""
        await offload(self.close)

    def close(self) -> None:
        """Run it, in the lane."""
        self._close()

    async def _chunks(self) -> AsyncIterator[bytes]:
        yield self.data


def as_quart(response: WerkzeugResponse, app: quart.Quart, environ: Any) -> quart.Response:
    """Return what *app* sends for *response*, by the rules by which Werkzeug sends.

    Those are `werkzeug.wrappers.Response`'s for WSGI: no body for HEAD, 204 and 304, a
    Content-Length where it is known.
    """
    headers = response.get_wsgi_headers(environ)
    body = _body(response, response.get_app_iter(environ))
    make: Any = app.response_class
    answer = make(body, response.status_code)
    answer.headers = headers
    return answer  # type: ignore[no-any-return]


def _body(response: WerkzeugResponse, chunks: Any) -> Any:
    if response.is_sequence and not response.direct_passthrough:
        data = b"".join(chunks)
    elif _is_short_file(response) and in_lane():
        data = _read(response, chunks)
    else:
        return LaneStream(chunks, response.close)
    if _has_close_callbacks(response):
        return ClosingBody(data, response.close)
    return quart.Response.data_body_class(data)


def _is_short_file(response: WerkzeugResponse) -> bool:
    length = response.content_length
    return _is_file(response.response) and length is not None and length < _LONG


def _read(response: WerkzeugResponse, chunks: Any) -> bytes:
    """Return all of a short file, in this trip to the lane instead of one for each block."""
    try:
        data: bytes = b"".join(chunks)
    except BaseException:
        response.close()
        raise
    response.response.close()  # type: ignore[union-attr]  # a file has it
    return data


def _has_close_callbacks(response: WerkzeugResponse) -> bool:
    body = response.response
    return _calls_on_close(response) or (hasattr(body, "close") and not _is_file(body))


def _calls_on_close(response: WerkzeugResponse) -> bool:
    return bool(getattr(response, "_on_close", None))


def from_wsgi(response: R) -> R:
    """Complete, in the lane, what a WSGI app has answered, if its first chunk is all of it.

    Such an answer needs no further trips. Any other is a stream, whose chunks may take their time.
    """
    body: Any = response.response
    chunks = iter(body)
    closers = [body.close] if hasattr(body, "close") else []
    with ExitStack() as closing:
        for close in closers:
            closing.callback(close)
        first = next(chunks, b"")
        if len(first) == response.content_length:
            response.response = [first, *chunks]
        else:
            closing.pop_all()
            response.response = ClosingIterator(chain([first], chunks), closers)
    return response


def _is_file(iterable: Any) -> bool:
    return type(iterable).__name__ == "FileWrapper"


def as_flask(response: Any, companion: flask.Flask) -> flask.Response:
    """Return *response*, of Quart or of Werkzeug, as a response of the companion's class.

    The two share their headers; what Flask code changes is taken over by `back_to_quart`.
    """
    if isinstance(response, companion.response_class):
        return response
    if isinstance(response, WerkzeugResponse):
        coerced: Any = companion.response_class.force_type(response)
        return coerced  # type: ignore[no-any-return]
    seen = getattr(response, _ORIGIN, None)
    if isinstance(seen, flask.Response):
        return seen
    view = companion.response_class()
    view.headers = response.headers
    view.status = response.status
    view.response = _chunks(response.response)
    setattr(response, _ORIGIN, view)
    setattr(view, _ORIGIN, (response, view.response))
    return view


def back_to_quart(view: WerkzeugResponse, app: quart.Quart, environ: Any) -> quart.Response:
    """Return the response of Quart behind *view*, with what Flask code has changed."""
    origin = getattr(view, _ORIGIN, None)
    if origin is None:
        return as_quart(view, app, environ)
    response, body = origin
    response.headers = view.headers
    response.status_code = view.status_code
    if view.response is not body or _calls_on_close(view):
        response.response = _body(view, view.iter_encoded())
    answer: quart.Response = response
    return answer


def shown_to_quart(view: WerkzeugResponse, app: quart.Quart, environ: Any) -> quart.Response:
    """Return *view*, of Flask, as async code wants it: the headers are shared, the body awaited.

    What that code returns is shown to Flask code again by `as_flask`.
    """
    if is_view(view):
        return back_to_quart(view, app, environ)
    answer: Any = app.response_class()
    answer.headers = view.headers
    answer.status_code = view.status_code
    answer.response = _body(view, view.response if view.direct_passthrough else view.iter_encoded())
    return answer  # type: ignore[no-any-return]


def is_view(response: Any) -> bool:
    """Tell whether *response*, of Flask, stands for one of Quart."""
    return hasattr(response, _ORIGIN)


def as_wsgi_body(response: quart.Response) -> Iterable[bytes]:
    """Return the body of *response*, to be iterated in a lane: a list where it is complete."""
    chunks: Iterable[bytes] = _chunks(response.response)
    if isinstance(response.response, ClosingBody):
        return ClosingIterator(chunks, response.response.close)
    return chunks


def _chunks(body: Any) -> Any:
    data = getattr(body, "data", None)
    if isinstance(data, bytes):
        return [data[body.begin : body.end] if hasattr(body, "begin") else data]
    return _hopping_chunks(body)


def _hopping_chunks(body: Any) -> Iterator[bytes]:
    """Give the chunks of a body that only the event loop can iterate."""
    chunks = hop(body.__aenter__).__aiter__()
    try:
        while (chunk := hop(_next_or_end, chunks)) is not _END:
            yield chunk.encode() if isinstance(chunk, str) else chunk
    finally:
        hop(body.__aexit__, None, None, None)


async def _next_or_end(chunks: AsyncIterator[Any]) -> Any:
    return await anext(chunks, _END)


def in_the_lane(response: quart.Response) -> quart.Response:
    """Have the lane, not a thread of the default executor, iterate a synchronous body."""
    iterator = _quart.synchronous_iterator(response.response)
    if iterator is not None:
        response.response = LaneStream(iterator)
    return response


def apply_wire_rules(response: quart.Response, method: str) -> quart.Response:
    """Send a response of Quart by the rules by which Werkzeug sends Flask's.

    Those are `werkzeug.wrappers.Response.get_wsgi_headers`'s: a location is a URI, and some
    statuses have no body (https://www.rfc-editor.org/rfc/rfc9110.html#name-304-not-modified).
    """
    _send_uris(response.headers)
    status = response.status_code
    if 100 <= status < 200 or status == 204:  # noqa: PLR2004  HTTP's own numbers
        response.headers.remove("Content-Length")
    elif status == 304:  # noqa: PLR2004  HTTP's own number
        remove_entity_headers(response.headers)
    else:
        if method == "HEAD":
            _drop_body(response)
        return response
    _drop_body(response)
    return response


def _send_uris(headers: Headers) -> None:
    for name in ("Location", "Content-Location"):
        location = headers.get(name)
        # A location that is a URI already stays as the app wrote it.
        if location is not None and (not location.isascii() or len(location.split(None, 1)) > 1):
            headers[name] = iri_to_uri(location)


def _drop_body(response: quart.Response) -> None:
    body = response.response
    response.response = (
        ClosingBody(b"", body.close)
        if isinstance(body, LaneStream)
        else quart.Response.data_body_class(b"")
    )


def settle(value: Any) -> Any:
    """Await, from a lane, a coroutine that a synchronous wrapper has passed through."""
    if inspect.iscoroutine(value) and in_lane():
        return hop(lambda: value)
    return value


def with_flask_body(result: Any, companion: flask.Flask) -> Any:
    """Return what a view has returned, with a response of Quart in it shown as one of Flask."""
    result = settle(result)
    if isinstance(result, tuple) and result:
        return (_value_for_flask(result[0], companion), *result[1:])
    return _value_for_flask(result, companion)


def _value_for_flask(value: Any, companion: flask.Flask) -> Any:
    # An exception may make its response by Quart's `redirect`, for example. Called as the WSGI app
    # that it is, as Flask would do, it becomes a stream, which keeps the contexts open.
    if isinstance(value, HTTPException):
        value = value.get_response(flask.request.environ)
    if inspect.isasyncgen(value):
        value = quart.Response(value)
    return as_flask(value, companion) if isinstance(value, quart.Response) else value
