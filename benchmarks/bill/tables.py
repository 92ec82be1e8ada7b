"""The bill as a table."""

from pathlib import Path

from benchmarks.bill.runner import Billed, BillResult
from benchmarks.tables import markdown

HEADERS = ("where", "code", "stall ms", "stalls", "of requests", "total ms", "others delayed")

UNKNOWN = "-"

_WIDEST = 60

# Lines that seldom stall are shown up to this many.
_SELDOM_SHOWN = 5


def render(result: BillResult, folder: Path) -> str:
    """Return the bill in Markdown, files relative to `folder`."""
    often = [billed for billed in result.items if billed.item.often]
    seldom = [billed for billed in result.items if not billed.item.often]
    blocks = [_title(result), _table(result, often, folder)]
    if seldom:
        shown = seldom[:_SELDOM_SHOWN]
        blocks.append(
            f"{len(seldom)} lines stalled now and then, which may be the machine; the dearest:"
        )
        blocks.append(_table(result, shown, folder))
    return "\n\n".join(blocks)


def _title(result: BillResult) -> str:
    what = {
        "quart": "lines that hold the event loop, and with it every other request",
        "flask": "lines that hold their thread, and would hold the event loop of an async app",
    }[result.framework]
    statuses = ", ".join(f"{count} x {status}" for status, count in result.statuses.items())
    how = (
        f"{result.requests} requests one by one (answered: {statuses}), then at {result.rate:g} a "
        "second to see what each stall delays."
        if statuses
        else f"{result.requests} requests of its own tests."
    )
    return f"## {result.target}: {what}\n\n{how}"


def _table(result: BillResult, billed: list[Billed], folder: Path) -> str:
    if not billed:
        return "None."
    more = ("after a migration",) if result.framework == "flask" else ()
    rows = [[*_row(one, folder), *([one.migrated or UNKNOWN] if more else [])] for one in billed]
    return markdown((*HEADERS, *more), rows)


def _row(billed: Billed, folder: Path) -> list[str]:
    item = billed.item
    code = item.code if len(item.code) <= _WIDEST else f"{item.code[: _WIDEST - 1]}…"
    return [
        f"{Path(item.file).relative_to(folder)}:{item.line} in {item.function}",
        f"`{code}`",
        f"{item.stall:.0f}",
        str(item.count),
        f"{item.share:.0%}",
        f"{item.total:.0f}",
        UNKNOWN if item.delayed is None else f"{item.delayed:.1f}",
    ]
