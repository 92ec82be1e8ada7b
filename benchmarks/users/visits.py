"""What users do, and what each holds against the answers.

A user who stays checks every answer. A user who leaves cuts requests in their middle: while the
body is sent, while the app works, or while the answer comes.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from yarl import URL

from benchmarks.load import Request, build
from benchmarks.users.agreed import LINES, digest

# A request that has no answer after this many seconds hangs.
LIMIT = 60.0

# Uploads have at most this many bytes: some are kept in memory, some go to a file.
_FILE = 700_000

# Requests that a user who leaves cuts in one visit.
_CUTS = 8

# A cut comes at most this many seconds after the request was sent.
_PATIENCE = 0.02

# Examples that are kept of each kind of trouble.
_EXAMPLES = 3


@dataclass(slots=True)
class Seen:
    """What all users together have seen; each count is only ever added to."""

    answered: int = 0
    cut: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def trouble(self, kind: str, text: str) -> None:
        """Count something that went wrong, and keep the first of a kind as examples."""
        self.troubles[kind] += 1
        if self.troubles[kind] <= _EXAMPLES:
            self.examples.append(f"{kind}: {text}")


class User:
    """One user, with cookies and connections of their own."""

    def __init__(self, name: str, port: int, seen: Seen) -> None:
        """Be the user of this `name`, whose choices repeat from run to run."""
        self.name = name
        self._port = port
        self._base = f"http://127.0.0.1:{port}"
        self._seen = seen
        self._random = random.Random(name)  # noqa: S311  nothing secret
        self._written = 0
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Have cookies and connections, as a browser."""
        self._session = aiohttp.ClientSession(
            self._base,
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # an address is no host name
            timeout=aiohttp.ClientTimeout(total=LIMIT),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._session.close()

    async def visit(self) -> None:
        """Log in, do everything once in any order, log out."""
        await self._expect("post", "/login", {"name": self.name}, data={"name": self.name})
        steps: list[Callable[[], Awaitable[None]]] = [
            *(lambda path=path: self._is_me(path) for path in ("/async", "/sync", "/both")),
            *(lambda path=path: self._stream(path) for path in ("/stream", "/stream/sync")),
            *(lambda path=path: self._upload(path) for path in ("/upload", "/upload/sync")),
            self._flash,
            self._write,
        ]
        self._random.shuffle(steps)
        for step in steps:
            await step()
        await self._expect("post", "/logout", {"name": ""})

    async def cut_short(self) -> None:
        """Log in, and go away in the middle of several requests."""
        name, data = {"name": self.name}, {"name": self.name}
        # A connection that is idle meanwhile may be closed by the server in the very instant in
        # which it is used again.
        await self._expect("post", "/login", name, data=data, headers={"connection": "close"})
        for _ in range(_CUTS):
            try:
                await self._cut(self._any_request())
            except OSError as error:
                self._seen.trouble("error", f"{self.name} could not connect: {error}")

    async def _is_me(self, path: str) -> None:
        await self._expect("get", path, dict.fromkeys(("login", "session", "g"), self.name))

    async def _stream(self, path: str) -> None:
        await self._expect("get", path, f"{self.name}\n" * LINES)

    async def _upload(self, path: str) -> None:
        data = self._random.randbytes(self._random.randrange(_FILE))
        form = aiohttp.FormData()
        form.add_field("file", data, filename="file")
        await self._expect("post", path, {"name": self.name, "digest": digest(data)}, data=form)

    async def _flash(self) -> None:
        text = f"{self.name} {time.perf_counter_ns()}"
        await self._expect("post", "/flash", {"name": self.name}, data={"text": text})
        await self._expect("get", "/page", "|".join((*[self.name] * 3, text)))

    async def _write(self) -> None:
        text = f"{self.name} {time.perf_counter_ns()}"
        self._written += 1
        answer = {"count": self._written, "last": text}
        await self._expect("post", "/notes", answer, data={"text": text})

    async def _expect(self, method: str, path: str, answer: object, **how: Any) -> None:
        seen, what = self._seen, f"{method.upper()} {path} of {self.name}"
        try:
            async with self._session.request(method, path, **how) as response:
                text = await response.text()
                got = await response.json() if response.content_type.endswith("json") else text
        except TimeoutError:
            seen.trouble("hang", f"{what} has no answer after {LIMIT:g} s")
        except (aiohttp.ClientError, OSError) as error:
            seen.trouble("error", f"{what}: {type(error).__name__}: {error}")
        else:
            seen.answered += 1
            if response.status != 200:  # noqa: PLR2004  the status itself
                seen.trouble("error", f"{what} was answered {response.status}: {text[:200]}")
            elif got != answer:
                seen.trouble("mix-up", f"{what} was {got!r}, not {answer!r}"[:500])

    def _any_request(self) -> Request:
        cookies = self._session.cookie_jar.filter_cookies(URL(self._base))
        headers = [("cookie", "; ".join(f"{key}={one.value}" for key, one in cookies.items()))]
        choice = self._random.choice
        if choice((True, False)):
            paths = ("/async", "/sync", "/both", "/page", "/stream", "/stream/sync")
            return build("cut", "GET", choice(paths), headers, b"")
        if choice((True, False)):
            headers.append(("content-type", "application/x-www-form-urlencoded"))
            return build("cut", "POST", "/notes", headers, b"text=cut")
        headers.append(("content-type", "multipart/form-data; boundary=cut"))
        return build("cut", "POST", choice(("/upload", "/upload/sync")), headers, self._file())

    def _file(self) -> bytes:
        head = b'--cut\r\ncontent-disposition: form-data; name="file"; filename="file"\r\n\r\n'
        return head + self._random.randbytes(self._random.randrange(_FILE)) + b"\r\n--cut--\r\n"

    async def _cut(self, request: Request) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        wire = request.wire
        whole = self._random.choice((True, True, False))
        writer.write(wire if whole else wire[: self._random.randrange(len(wire))])
        await asyncio.sleep(self._random.uniform(0, _PATIENCE))
        writer.transport.abort()
        self._seen.cut += 1


async def send_users(users: Sequence[User], leaving: float, seconds: float) -> None:
    """Let `users` visit for `seconds`, of whom the share `leaving` cuts its requests short.

    In the end each of them makes one whole visit more: the app still serves everybody.
    """
    end = time.monotonic() + seconds

    async def come(number: int, user: User) -> None:
        leaves = int((number + 1) * leaving) > int(number * leaving)
        while time.monotonic() < end:
            await (user.cut_short() if leaves else user.visit())

    async with AsyncExitStack() as stack:
        for user in users:
            await stack.enter_async_context(user)
        await asyncio.gather(*(come(*each) for each in enumerate(users)))
        await asyncio.gather(*(user.visit() for user in users))
