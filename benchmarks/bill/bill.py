"""Add stalls up to a bill: a line of code each, the dearest first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from linecache import getline
from statistics import mean, median

from benchmarks.bill.samples import Stall
from benchmarks.load import Answer

# A line that stalls in a smaller share of the requests to its path is one that seldom does.
_OFTEN = 0.5

Place = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill.

    ``count`` stalls of ``stall`` ms (median) were seen while requests came one by one, in the
    ``share`` of those to ``paths``; ``delayed`` is how many other requests each stall overlaps
    (mean) when they come at the rate asked for, or None where that phase saw none.
    """

    file: str
    line: int
    function: str
    code: str
    paths: tuple[str, ...]
    count: int
    share: float
    stall: float
    total: float
    delayed: float | None

    @property
    def often(self) -> bool:
        """Whether the line stalls as a rule, and not by some chance of the machine."""
        return self.share >= _OFTEN


def add_up(
    stalls: Sequence[Stall], requests: Mapping[str, int], delays: Mapping[Place, float]
) -> tuple[Item, ...]:
    """Return the bill of `stalls` among so many requests by path, with what each line delays."""
    items = [_item(place, group, requests, delays) for place, group in _by_place(stalls).items()]
    return tuple(sorted(items, key=lambda item: -item.total))


def overlapped(stall: Stall, answers: Sequence[Answer]) -> int:
    """Count the other requests that were due, and not answered, while a stall lasted."""
    there = sum(answer.due < stall.end and answer.done > stall.start for answer in answers)
    return max(0, there - 1)


def _item(
    place: Place,
    stalls: Sequence[Stall],
    requests: Mapping[str, int],
    delays: Mapping[Place, float],
) -> Item:
    file, line, function = place
    paths = tuple(sorted({stall.path for stall in stalls}))
    asked = sum(requests.get(path, 0) for path in paths) or len(stalls)
    return Item(
        file=file,
        line=line,
        function=function,
        code=getline(file, line).strip(),
        paths=paths,
        count=len(stalls),
        share=len(stalls) / asked,
        stall=median(stall.seconds for stall in stalls) * 1000,
        total=sum(stall.seconds for stall in stalls) * 1000,
        delayed=delays.get(place),
    )


def delays(stalls: Sequence[Stall], answers: Sequence[Answer]) -> Mapping[Place, float]:
    """Return how many other requests the stalls of each line overlap in the mean."""
    return {
        place: mean(overlapped(stall, answers) for stall in group)
        for place, group in _by_place(stalls).items()
    }


def _by_place(stalls: Sequence[Stall]) -> Mapping[Place, list[Stall]]:
    found: defaultdict[Place, list[Stall]] = defaultdict(list)
    for stall in stalls:
        found[stall.file, stall.line, stall.function].append(stall)
    return found
