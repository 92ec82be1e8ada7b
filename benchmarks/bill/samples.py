"""Watch threads from a thread of its own: on which line of the user's code is each, how long.

A sample is taken every millisecond, so durations are right to about that. While C code holds the
interpreter lock no sample can be taken; the time is then charged to the line that is seen next.
"""

import sys
import threading
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

from benchmarks.apps.distribution import CHECKOUT

# Seconds between two samples.
_STEP = 0.001

# Folders below a project that hold others' code.
_OTHERS = frozenset({"site-packages", "dist-packages", ".venv", "venv", "node_modules"})

# The packages of this distribution.
_OURS = ("benchmarks", "compat_shims", "migrator")

# Which threads to watch, each with the path of the request that it serves ("" where unknown).
Watched = Callable[[], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Stall:
    """A line of the user's code that held a thread: from when to when, by `perf_counter`.

    `seconds` is the time on that line itself; other lines of the same call may lie in between.
    """

    file: str
    line: int
    function: str
    path: str
    start: float
    end: float
    seconds: float


@dataclass(slots=True)
class _Visit:
    """One stay of a thread in the user's code, until it leaves it."""

    outermost: int
    path: str
    start: float
    seen: float
    place: tuple[str, int, str] = ("", 0, "")
    lines: dict[tuple[str, int, str], float] = field(default_factory=dict)

    def charge(self, until: float) -> None:
        """Charge the time since the last sample to the place."""
        self.lines[self.place] = self.lines.get(self.place, 0.0) + until - self.seen
        self.seen = until


class Sampler:
    """Collects the stalls of the watched threads that last at least `least` seconds."""

    def __init__(
        self, root: Path, watched: Watched, least: float, below: Container[CodeType] = ()
    ) -> None:
        """Take files below `root` for the user's own, called from none of the code `below`."""
        self._root = root
        self._below = below
        self._watched = watched
        self._least = least
        self._own: dict[str, bool] = {}
        self._visits: dict[int, _Visit] = {}
        self._last = 0.0
        self._lock = threading.Lock()
        self._stalls: list[Stall] = []

    def start(self) -> None:
        """Sample from now on, in a thread; others yield the interpreter to it soon enough."""
        sys.setswitchinterval(_STEP / 2)
        threading.Thread(target=self._sample_for_ever, name="sampler", daemon=True).start()

    def take(self) -> tuple[Stall, ...]:
        """Return the stalls since the last call, those that ended just now included."""
        # The sampling thread may not have had its turn since the last request was answered.
        self.sample(sys._current_frames(), time.perf_counter())  # noqa: SLF001  documented name
        with self._lock:
            stalls, self._stalls = self._stalls, []
        return tuple(stalls)

    def sample(self, frames: Mapping[int, FrameType], now: float) -> None:
        """Note where each watched thread is."""
        with self._lock:
            watched = self._watched()
            for thread in {*watched, *self._visits}:
                frame = frames.get(thread) if thread in watched else None
                self._note(thread, watched.get(thread, ""), frame, now)
            self._last = now

    def _sample_for_ever(self) -> None:
        while True:
            time.sleep(_STEP)
            # What it is for: https://docs.python.org/3/library/sys.html#sys._current_frames
            self.sample(sys._current_frames(), time.perf_counter())  # noqa: SLF001  see above

    def _note(self, thread: int, path: str, frame: FrameType | None, now: float) -> None:
        own = self._own_frames(frame)
        visit = self._visits.get(thread)
        if visit is not None and (not own or id(own[-1]) != visit.outermost):
            self._close(self._visits.pop(thread), now)
            visit = None
        if not own:
            return
        if visit is None:
            begun = self._between(now)
            visit = self._visits[thread] = _Visit(id(own[-1]), path, begun, begun)
        visit.place = own[0].f_code.co_filename, own[0].f_lineno, own[0].f_code.co_qualname
        visit.charge(now)

    def _between(self, now: float) -> float:
        """Return when something probably happened that the last sample did not see yet."""
        return (self._last + now) / 2 if self._last else now

    def _close(self, visit: _Visit, now: float) -> None:
        visit.charge(self._between(now))
        for (file, line, function), seconds in visit.lines.items():
            if seconds >= self._least:
                stall = Stall(file, line, function, visit.path, visit.start, visit.seen, seconds)
                self._stalls.append(stall)

    def _own_frames(self, frame: FrameType | None) -> list[FrameType]:
        """Return the frames of the user's code, the innermost first."""
        found = []
        while frame is not None and frame.f_code not in self._below:
            if self._is_own(frame.f_code.co_filename):
                found.append(frame)
            frame = frame.f_back
        return found

    def _is_own(self, file: str) -> bool:
        if file not in self._own:
            self._own[file] = is_own(Path(file), self._root)
        return self._own[file]


def is_own(file: Path, root: Path) -> bool:
    """Say whether `file` is a user's own below `root`: not of an environment, and not of ours.

    Compiled templates bear their template's name and lines of their own: they are not told apart,
    so their time goes to the line of Python that renders them.
    """
    if file.suffix != ".py" or not file.is_relative_to(root):
        return False
    ours = any(file.is_relative_to(CHECKOUT / name) for name in _OURS)
    return not ours and _OTHERS.isdisjoint(file.relative_to(root).parts)
