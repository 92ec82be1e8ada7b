"""Rounds in a process of their own: ``python -m benchmarks.shims.round ROUNDS REPEATS [patch]``.

In each round the ways come in order and then in reverse (A B B A), so that a machine that becomes
slower meanwhile does not favour the first. Prints the CPU seconds of an operation, all threads
included, as JSON: a list of rounds for each way.
"""

import asyncio
import gc
import json
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from benchmarks.shims.variants import HOP_WAYS, HOPS, PATCH_WAYS, REQUEST_WAYS, hopping

_SCOPE: Mapping[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"localhost")],
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
    "extensions": {},
}

Way = tuple[Any, float]


async def request(app: Any) -> None:
    """Send the app one request in process; its answer has to be 200."""
    waiting = asyncio.get_running_loop().create_future()
    messages = iter(({"type": "http.request", "body": b"", "more_body": False},))

    async def receive() -> Mapping[str, object]:
        # After the body a server says nothing until the client disconnects.
        return next(messages, None) or await waiting

    async def send(message: Mapping[str, Any]) -> None:
        if message.get("status", 200) != 200:  # noqa: PLR2004  the status itself
            raise RuntimeError(f"the app answered {message['status']}")

    await app(dict(_SCOPE), receive, send)
    waiting.cancel()


async def main(rounds: int, repeats: int, ways: Mapping[str, Way]) -> dict[str, list[float]]:
    """Return the CPU seconds of an operation of each way, round by round."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    await _round(ways, repeats)
    for _ in range(rounds):
        for name, seconds in (await _round(ways, repeats)).items():
            found[name].append(seconds)
    return dict(found)


async def _round(ways: Mapping[str, Way], repeats: int) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for name in (*ways, *reversed(list(ways))):
        app, operations = ways[name]
        count = max(1, round(repeats / operations))
        gc.collect()
        started = time.process_time()
        for _ in range(count):
            await request(app)
        total[name] += (time.process_time() - started) / count / operations / 2
    return dict(total)


def ways_of(kind: str) -> dict[str, Way]:
    """Return the apps of a kind of ways, with the operations of one request to each."""
    if kind == "hops":
        return {name: (hopping(way()), float(HOPS)) for name, way in HOP_WAYS.items()}
    chosen = PATCH_WAYS if kind == "patch" else REQUEST_WAYS
    return {name: (way(), 1.0) for name, way in chosen.items()}


if __name__ == "__main__":
    rounds, repeats, kind = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    if kind == "patch":
        import quart_flask_patch  # noqa: F401  importing it is the patch
    json.dump(asyncio.run(main(rounds, repeats, ways_of(kind))), sys.stdout)
