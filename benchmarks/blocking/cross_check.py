"""Capacity by another load generator, where one is installed, to check our own."""

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from shutil import which

_LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class Check:
    """Requests a second, as `tool` counts them."""

    tool: str
    rate: float


@dataclass(frozen=True, slots=True)
class _Tool:
    """How to call a tool, given a URL, connections and seconds, and where its answer stands."""

    command: Callable[[str, int, float], tuple[str, ...]]
    answer: re.Pattern[str]


def _wrk(url: str, connections: int, seconds: float) -> tuple[str, ...]:
    """https://github.com/wg/wrk#basic-usage."""
    return ("-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", url)


def _h2load(url: str, connections: int, seconds: float) -> tuple[str, ...]:
    """https://nghttp2.org/documentation/h2load-howto.html#timing-based-load-testing."""
    return ("--h1", f"-c{connections}", f"-D{max(1, round(seconds))}", url)


TOOLS: Mapping[str, _Tool] = {
    "wrk": _Tool(_wrk, re.compile(r"Requests/sec:\s+([\d.]+)")),
    "h2load": _Tool(_h2load, re.compile(r"finished in [^,]+, ([\d.]+) req/s")),
}


def installed() -> str | None:
    """Return the first tool that is installed."""
    return next((name for name in TOOLS if which(name)), None)


def check(port: int, path: str, *, connections: int, seconds: float) -> Check | None:
    """Ask the server on `port` for `path` by the first tool there is; None where there is none."""
    name = installed()
    if name is None:
        return None
    arguments = TOOLS[name].command(f"http://127.0.0.1:{port}{path}", connections, seconds)
    finished = subprocess.run(  # noqa: S603  a tool by its name, our own address
        (name, *arguments), capture_output=True, text=True, check=False, timeout=_LIMIT
    )
    return answer(name, finished.stdout)


def answer(name: str, output: str) -> Check | None:
    """Read what a tool printed; None where it counted nothing."""
    found = TOOLS[name].answer.search(output)
    return Check(name, float(found[1])) if found else None
