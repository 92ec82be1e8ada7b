"""An app whose test clients reach it through a real server, in the same event loop."""

import asyncio
import socket
from contextlib import asynccontextmanager, nullcontext
from urllib.parse import quote

import aiohttp
from yarl import URL

SERVERS = ("uvicorn", "hypercorn")


@asynccontextmanager
async def served_by(server, app):
    """Have *server* serve *app*, and *app*'s own clients send their requests there."""
    answer = app.asgi_app
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        over = asyncio.Event()
        start = {"uvicorn": _uvicorn, "hypercorn": _hypercorn}[server]
        serving = asyncio.create_task(start(_without_lifespan(answer), listening, over))
        async with aiohttp.ClientSession(
            auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            app.asgi_app = _Forwarder(answer, session, f"127.0.0.1:{port}")
            try:
                yield
            finally:
                del app.asgi_app
        over.set()
        await serving


def _without_lifespan(answer):
    async def app(scope, receive, send):
        if scope["type"] != "lifespan":
            await answer(scope, receive, send)
            return
        for what in ("startup", "shutdown"):  # The app is served by its own test client.
            await receive()
            await send({"type": f"lifespan.{what}.complete"})

    return app


async def _uvicorn(app, listening, over):
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    server.capture_signals = nullcontext  # Signals are pytest's.
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await over.wait()
    server.should_exit = True
    await serving


async def _hypercorn(app, listening, over):
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listening.detach()}"]  # hypercorn closes it
    config.loglevel = "ERROR"
    config.keep_alive_timeout = 0.2
    await serve(app, config, shutdown_trigger=over.wait)


class _Forwarder:
    """An ASGI app that sends what Quart's client asks on to a server, by HTTP.

    Websockets, HTTPS, and what a test does message by message, stay in this process.
    """

    def __init__(self, answer, session, address):
        self._answer = answer
        self._session = session
        self._address = address

    async def __call__(self, scope, receive, send):
        is_clients = "_quart._preserve_context" in scope and scope["scheme"] == "http"
        forward = self._request if is_clients else self._answer
        await forward(scope, receive, send)

    def _url(self, scope):
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode()
        query = scope["query_string"].decode()
        url = f"http://{self._address}{path}{'?' + query if query else ''}"
        return URL(url, encoded=True)

    async def _request(self, scope, receive, send):
        async with self._session.request(
            scope["method"],
            self._url(scope),
            headers=[(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]],
            data=await _body(receive),
            allow_redirects=False,
            skip_auto_headers=("accept", "accept-encoding", "user-agent", "content-type"),
        ) as response:
            raw = [(name.lower(), value) for name, value in response.raw_headers]
            start = {"type": "http.response.start", "status": response.status, "headers": raw}
            await send(start)
            async for chunk in response.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _body(receive):
    chunks = []
    while (message := await receive()).get("more_body"):
        chunks.append(message["body"])
    return b"".join((*chunks, message["body"]))
