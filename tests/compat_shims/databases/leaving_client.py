"""A request whose client goes away when the test wants it to."""

import asyncio

SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
}


async def post_and_leave(app, path, leaves):
    """Send a request; disconnect when *leaves* is set; return what was answered."""
    messages = [{"type": "http.request", "body": b"", "more_body": False}]
    sent = []

    async def receive():
        if messages:
            return messages.pop()
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = SCOPE | {"path": path, "raw_path": path.encode()}
    await asyncio.wait_for(app(scope, receive, send), 30)
    return sent
