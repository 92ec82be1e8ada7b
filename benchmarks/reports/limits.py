"""Which figures are held to which limits.

Counts and ratios are: they agree from run to run on a shared machine. Rates and latencies are not.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from benchmarks.errors import UsageError
from benchmarks.reports.figures import Figure


@dataclass(frozen=True, slots=True)
class Limit:
    """The least or the most that the figures whose names match `pattern` may be."""

    pattern: str
    at_most: float | None = None
    at_least: float | None = None

    def __str__(self) -> str:
        """Say it in words."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return f"at least {self.at_least:g}"


DEFAULT = (
    Limit("codemod/500000 lines/plan over parse", at_most=15),
    Limit("codemod/50000 lines/plan over parse", at_most=12),
    Limit("codemod/httpbin/plan over parse", at_most=12),
    Limit("shims/hops/compat_shims.offload over floor", at_most=2),
    Limit("*/trouble", at_most=0),
    Limit("*/baseline deviations", at_most=0),
    Limit("*/edited tests", at_most=0),
    Limit("apps/*/lost on Quart", at_most=0),
    Limit("apps, all/async share", at_least=0.9),
    Limit("apps/*/blocking calls on the loop", at_most=0),
    Limit("evidence, all/recall*", at_least=0.995),
    Limit("evidence, all/precision*", at_least=0.999),
    Limit("evidence/*/unexplained", at_most=0),
    Limit("evidence/*/lost under the recorder", at_most=0),
    Limit("extensions/*/pass rate", at_least=0.98),
    Limit("extensions, all/pass rate*", at_least=0.995),
    Limit("framework/*/pass rate", at_least=0.97),
    Limit("*/served by Flask alone", at_most=0),
    Limit("run/*/lines that hold the loop", at_most=0),
    Limit("blocking/sleep/quart-shims on */capacity over gunicorn's", at_least=0.9),
    Limit("blocking/sleep/quart-shims on */loop lag p99", at_most=20),
    # Six threads of 50 ms make 120 a second, forty make 800: a server has to come near that.
    Limit("blocking/sleep/*/capacity of ceiling", at_least=0.75),
    *(
        limit
        for application in ("flask", "quart-sync", "quart-anyio", "quart-shims", "quart-native")
        for limit in (
            Limit(f"blocking/sleep/{application} on */unanswered", at_most=0),
            Limit(f"blocking/sleep/{application} on */blocking calls on the loop", at_most=0),
        )
    ),
    Limit("blocking/*/quart-shims on */hops a request", at_most=1.1),
    Limit("shims/capacity/compat_shims.offload over floor", at_least=0.9),
    Limit("shims/served/companion: sync view, 2 sync hooks over floor", at_most=1.6),
    Limit("shims/capacity/companion: sync view over floor", at_least=0.9),
    *(
        Limit(f"shims/lag/{way}: ms", at_most=20)
        for way in ("compat_shims.offload", "companion: sync view")
    ),
    *(
        Limit(f"users/*/{what}", at_most=0)
        for what in ("mixed up", "errors", "hanging", "not let go")
    ),
)


def read(path: Path) -> tuple[Limit, ...]:
    """Read limits from TOML: ``[[limit]]`` tables of ``pattern``, ``at_most`` or ``at_least``.

    Raises:
        UsageError: It cannot be read, or a table is of another form.

    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["limit"]
        limits = tuple(Limit(**table) for table in tables)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: no limits can be read there: {error}.") from error
    for limit in limits:
        if (limit.at_most is None) == (limit.at_least is None):
            raise UsageError(f"{path}: {limit.pattern}: give one of at_most and at_least.")
    return limits


def applied(limits: Sequence[Limit], figures: Iterable[Figure]) -> tuple[tuple[Figure, Limit], ...]:
    """Return each figure that has a limit with the first that matches its name."""
    pairs = []
    for figure in figures:
        first = next((one for one in limits if fnmatchcase(figure.name, one.pattern)), None)
        if first is not None:
            pairs.append((figure, first))
    return tuple(pairs)
