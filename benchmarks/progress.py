"""Do one thing for each of several items at once, and show on a terminal how far each is."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from benchmarks.processes import stop_all

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Item, Callable[[str], None]], Result]


def each(
    items: Sequence[Item], work: Work[Item, Result], *, title: Callable[[Item], str], jobs: int
) -> list[Result]:
    """Return what `work` makes of each item, in order; `work` tells its steps as it goes."""
    console = Console(stderr=True)
    with _display(console) as progress, ThreadPoolExecutor(jobs) as pool:
        overall = progress.add_task("all", total=len(items), step="")

        def one(item: Item) -> Result:
            row = progress.add_task(title(item), total=None, step="")
            result = work(item, _teller(progress, row, console, title(item)))
            progress.update(row, visible=False)
            progress.advance(overall)
            return result

        try:
            return list(pool.map(one, items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def _display(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[step]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _teller(progress: Progress, row: TaskID, console: Console, title: str) -> Callable[[str], None]:
    """Return what tells a step: on the display, or as a line where there is none."""
    if console.is_terminal:
        return lambda step: progress.update(row, step=step)
    return lambda step: console.print(f"{title}: {step}", highlight=False, soft_wrap=True)
