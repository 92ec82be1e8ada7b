"""The functions of requests, sent by aiohttp: what ``migrator --native requests=aiohttp`` calls.

::

    requests      prepares: URL, headers, body, cookies, proxies, certificates   (in the lane)
    aiohttp       sends the request and reads the answer                         (on the loop)
    requests      makes the response: `requests.Response`, and its own errors

So nothing changes for the code around the call, and no thread is held while the answer is awaited.
What aiohttp cannot send as requests would (a body that is read piece by piece, hooks, a SOCKS
proxy) is sent by requests, in the lane.

https://requests.readthedocs.io/en/latest/api/ and
https://docs.aiohttp.org/en/stable/client_reference.html
"""

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPMessage
from typing import Any, cast
from weakref import WeakKeyDictionary

import aiohttp
import requests
import urllib3
import yarl
from requests.adapters import HTTPAdapter
from requests.cookies import extract_cookies_to_jar
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy

from compat_shims.lane import offload

__all__ = ["delete", "get", "head", "options", "patch", "post", "put", "request"]

_SENT_BY_REQUESTS = frozenset({"hooks", "stream"})


async def request(method: str, url: str, **options: Any) -> requests.Response:
    """Do what ``requests.request`` does; all its parameters mean the same.

    Raises the errors of ``requests.exceptions``.
    """
    if not _SENT_BY_REQUESTS.isdisjoint(options):
        return await offload(requests.request, method, url, **options)
    session = _Session()
    exchange = await offload(_prepared, session, method, url, options)
    allow = options.get("allow_redirects", True)
    if exchange.fits_aiohttp:
        return await _follow(session, exchange, allow=allow)
    return await offload(_sent_by_requests, exchange, allow=allow)


async def get(url: str, params: Any = None, **options: Any) -> requests.Response:
    """Do what ``requests.get`` does."""
    return await request("get", url, params=params, **options)


async def options(url: str, **options: Any) -> requests.Response:
    """Do what ``requests.options`` does."""
    return await request("options", url, **options)


async def head(url: str, **options: Any) -> requests.Response:
    """Do what ``requests.head`` does: redirects are not followed unless that is asked for."""
    return await request("head", url, **{"allow_redirects": False, **options})


async def post(url: str, data: Any = None, json: Any = None, **options: Any) -> requests.Response:
    """Do what ``requests.post`` does."""
    return await request("post", url, data=data, json=json, **options)


async def put(url: str, data: Any = None, **options: Any) -> requests.Response:
    """Do what ``requests.put`` does."""
    return await request("put", url, data=data, **options)


async def patch(url: str, data: Any = None, **options: Any) -> requests.Response:
    """Do what ``requests.patch`` does."""
    return await request("patch", url, data=data, **options)


async def delete(url: str, **options: Any) -> requests.Response:
    """Do what ``requests.delete`` does."""
    return await request("delete", url, **options)


class _Session(requests.Session):
    """Prepares requests, and sends none: so it needs no pools of connections."""

    def mount(self, prefix: Any, adapter: Any) -> None:
        """Leave the adapters out."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A prepared request, and how it goes over the wire.

    ``settings`` are the parameters ``proxies``, ``verify`` and ``cert`` as the caller gave them,
    ``sending`` what ``requests.Session.send`` would get.
    """

    prepared: requests.PreparedRequest
    settings: Mapping[str, Any]
    sending: Mapping[str, Any]
    proxy: str | None
    security: ssl.SSLContext

    @property
    def fits_aiohttp(self) -> bool:
        """Whether aiohttp sends it just as requests would."""
        plain = isinstance(self.prepared.body, bytes | str | None)
        direct = self.proxy is None or self.proxy.startswith("http://")
        return plain and direct and not self.prepared.hooks.get("response")


def _prepared(
    session: requests.Session, method: str, url: str, options: Mapping[str, Any]
) -> _Exchange:
    """Prepare the request as requests does; it reads ``.netrc``, certificates and files."""
    rest = dict(options)
    rest.pop("allow_redirects", None)
    timeout = rest.pop("timeout", None)
    settings = {name: rest.pop(name, None) for name in ("proxies", "verify", "cert")}
    prepared = session.prepare_request(requests.Request(method.upper(), url, **rest))
    return _over_the_wire(session, prepared, settings, timeout)


def _over_the_wire(
    session: requests.Session,
    prepared: requests.PreparedRequest,
    settings: Mapping[str, Any],
    timeout: Any,
) -> _Exchange:
    url = prepared.url or ""
    merged = session.merge_environment_settings(
        url, settings["proxies"] or {}, None, settings["verify"], settings["cert"]
    )
    cert = merged["cert"]
    pair = (cert,) if isinstance(cert, str) else tuple(cert or ())
    return _Exchange(
        prepared,
        settings,
        sending={**merged, "timeout": timeout},
        proxy=select_proxy(url, merged["proxies"]),
        security=_security(merged["verify"], pair),
    )


def _sent_by_requests(exchange: _Exchange, *, allow: bool) -> requests.Response:
    with requests.Session() as session:
        return session.send(exchange.prepared, allow_redirects=allow, **exchange.sending)


@cache
def _security(verify: bool | str, cert: tuple[str, ...]) -> ssl.SSLContext:
    """Return the trust that requests has by default or by ``verify`` and ``cert``, loaded once."""
    bundle = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    context = ssl.create_default_context(cafile=bundle)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if cert:
        context.load_cert_chain(*cert)
    return context


def _timeout(timeout: Any) -> aiohttp.ClientTimeout:
    """Return what ``timeout`` means to requests: seconds to connect, seconds between two bytes."""
    connect, read = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    return aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)


async def _follow(
    session: requests.Session, exchange: _Exchange, *, allow: bool
) -> requests.Response:
    """Send, and follow redirects as requests follows them."""
    history: list[requests.Response] = []
    while True:
        response = await _send(session, exchange)
        following = await offload(_redirect, session, response, exchange) if allow else None
        response.history = history
        if following is None:
            return response
        if len(history) >= session.max_redirects:
            message = f"Exceeded {session.max_redirects} redirects."
            raise requests.TooManyRedirects(message, response=response)
        history = [*history, response]
        exchange = following


def _redirect(
    session: requests.Session, response: requests.Response, exchange: _Exchange
) -> _Exchange | None:
    steps = session.resolve_redirects(response, exchange.prepared, yield_requests=True)
    prepared: Any = next(steps, None)
    if prepared is None:
        return None
    return _over_the_wire(session, prepared, exchange.settings, exchange.sending["timeout"])


async def _send(session: requests.Session, exchange: _Exchange) -> requests.Response:
    prepared = exchange.prepared
    with _errors_of_requests(prepared):
        async with (
            _client(shared=prepared.method in _REPEATABLE) as client,
            client.request(
                prepared.method or "GET",
                yarl.URL(prepared.url or "", encoded=True),
                headers={name: _text(value) for name, value in prepared.headers.items()},
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                data=prepared.body,
                allow_redirects=False,
                proxy=exchange.proxy,
                ssl=exchange.security,
                timeout=_timeout(exchange.sending["timeout"]),
            ) as answer,
        ):
            body = await answer.read()
    response = _ADAPTER.build_response(prepared, _raw(answer, body))
    extract_cookies_to_jar(session.cookies, prepared, response.raw)
    return response


@dataclass(slots=True)
class _Shared:
    """A client and its connections, for the requests that are on their way at the same time."""

    client: aiohttp.ClientSession
    users: int = 0


_REPEATABLE = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PUT"})
"""Methods that aiohttp sends once more where a connection that it kept turns out to be closed."""
_shared_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


@asynccontextmanager
async def _client(*, shared: bool) -> AsyncIterator[aiohttp.ClientSession]:
    """Yield a client; the last request of those that share one closes it.

    So nothing has to be closed when an app or a loop ends, and under load connections are kept.
    """
    if not shared:
        async with _new_client() as client:
            yield client
        return
    loop = asyncio.get_running_loop()
    common = _shared_clients.get(loop)
    if common is None:
        common = _shared_clients[loop] = _Shared(_new_client())
    common.users += 1
    try:
        yield common.client
    finally:
        common.users -= 1
        if not common.users:
            del _shared_clients[loop]
            await common.client.close()


def _new_client() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=0)
    jar = aiohttp.DummyCookieJar()
    return aiohttp.ClientSession(connector=connector, auto_decompress=False, cookie_jar=jar)


_ADAPTER = HTTPAdapter()
"""Makes responses only."""


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _raw(answer: aiohttp.ClientResponse, body: bytes) -> urllib3.HTTPResponse:
    """Return the answer as urllib3 would hand it to requests."""
    pairs = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in answer.raw_headers]
    return urllib3.HTTPResponse(
        io.BytesIO(body),
        headers=urllib3.HTTPHeaderDict(pairs),
        status=answer.status,
        reason=answer.reason,
        preload_content=False,
        original_response=cast("Any", _Original(pairs)),
        request_method=answer.method,
    )


class _Original:
    """What requests reads cookies from: http.client's response, which is closed already."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        self.msg = HTTPMessage()
        for name, value in headers:
            self.msg[name] = value

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        """Close what is closed."""


@contextmanager
def _errors_of_requests(prepared: requests.PreparedRequest) -> Iterator[None]:
    """Turn the errors of aiohttp into those that requests raises."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:
        kind = next(ours for theirs, ours in _ERRORS if isinstance(error, theirs))
        raise kind(error, request=prepared) from error


_ERRORS: tuple[tuple[type[Exception], type[requests.RequestException]], ...] = (
    (aiohttp.ClientProxyConnectionError, requests.exceptions.ProxyError),
    (aiohttp.ClientHttpProxyError, requests.exceptions.ProxyError),
    (aiohttp.ClientSSLError, requests.exceptions.SSLError),
    (aiohttp.ConnectionTimeoutError, requests.ConnectTimeout),
    (TimeoutError, requests.ReadTimeout),
    (aiohttp.ClientPayloadError, requests.exceptions.ChunkedEncodingError),
    (aiohttp.InvalidURL, requests.exceptions.InvalidURL),
    (Exception, requests.ConnectionError),
)
"""Errors of aiohttp, the special ones first, and what requests calls them."""
