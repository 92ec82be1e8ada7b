"""What came of the crowds, as a table."""

from collections.abc import Sequence

from benchmarks.tables import markdown
from benchmarks.users.runner import UsersResult

HEADERS = (
    "case",
    "answered",
    "cut",
    "mixed up",
    "errors",
    "hanging",
    "not let go",
    "loop lag p99 ms",
)


def render(results: Sequence[UsersResult]) -> str:
    """Return a row for each case and server, and what went wrong below."""
    title = "## Users at once, each of whom checks the answers"
    table = markdown(HEADERS, [_row(one) for one in results])
    return "\n\n".join(filter(None, (title, table, _notes(results))))


def _row(result: UsersResult) -> list[str]:
    held = ", ".join(f"{count} {name}" for name, count in result.leaks.items())
    counts = (result.answered, result.cut, result.mixed_up, result.errors, result.hanging)
    return [_title(result), *map(str, counts), held or "nothing", f"{result.lag:.0f}"]


def _title(result: UsersResult) -> str:
    return f"{result.crowd.users} users, {result.crowd.seconds:g} s: {result.name}"


def _notes(results: Sequence[UsersResult]) -> str:
    return "\n".join(
        f"- {one.name}: {text}"
        for one in results
        for text in (*filter(None, (one.trouble,)), *one.examples)
    )
