"""What must hold of a plan before any of it is written."""

import difflib
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence

from migrator.errors import EditConflict, SelfCheckFailed
from migrator.output.report import FilePlan, Report
from migrator.source.files import SourceFile, decode
from migrator.source.outline import function_at

Place = tuple[str, str]
"""A path and the qualified name of a function in it (empty: module level)."""


def verify(report: Report, replan: Callable[[Sequence[SourceFile]], Report]) -> None:
    """Check the plan in *report*; ``replan`` plans the migration of its result.

    Every new Python file compiles, so no ``await`` stands outside an async function, and migrating
    the result again would change nothing. Raises :exc:`migrator.errors.SelfCheckFailed`.
    """
    for plan in report.changed:
        if plan.path.endswith(".py"):
            _compiles(plan)
    if report.changed:
        _is_final(_second(_sources(report.files), replan))


def _sources(plans: Iterable[FilePlan]) -> list[SourceFile]:
    return [decode(plan.path, plan.after) for plan in plans if plan.path.endswith(".py")]


def _compiles(plan: FilePlan) -> None:
    try:
        with warnings.catch_warnings():
            # Warnings about the user's own escapes and comparisons are no failed check.
            warnings.simplefilter("ignore")
            compile(plan.after, plan.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        text = decode(plan.path, plan.after).text
        raise SelfCheckFailed(
            f"{plan.path}:{line}: the migrated file would not compile: {error} "
            f"(changed by {', '.join(plan.rules)}); nothing was written. "
            "This is a fault of the migrator: please report it; --exclude leaves the file out",
            places=((plan.path, function_at(text, line)),),
        ) from error


def _second(
    sources: Sequence[SourceFile], replan: Callable[[Sequence[SourceFile]], Report]
) -> Report:
    """Plan the migration of the result; what goes wrong then is a fault of the first plan."""
    try:
        return replan(sources)
    except EditConflict as error:
        path, _, line = error.place.rpartition(":")
        text = next(source.text for source in sources if source.path == path)
        raise SelfCheckFailed(
            f"the result could not be migrated again: {error}; nothing was written",
            places=((path, function_at(text, int(line))),),
        ) from error


def _is_final(second: Report) -> None:
    if not second.changed:
        return
    names = ", ".join(f"{plan.path} ({', '.join(plan.rules)})" for plan in second.changed)
    raise SelfCheckFailed(
        f"a second migration would change the result again: {names}; nothing was written. "
        "This is a fault of the migrator: please report it; --skip leaves a rule out",
        places=tuple(place for plan in second.changed for place in _changed_functions(plan)),
    )


def _changed_functions(plan: FilePlan) -> Iterator[Place]:
    """Yield the functions that a second plan changes; module level only where nothing else is."""
    before = decode(plan.path, plan.before or b"").text
    after = decode(plan.path, plan.after).text
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    names: set[str] = set()
    for _, start, end, new_start, new_end in _differences(matcher):
        names |= {function_at(before, line + 1) for line in range(start, end)}
        names |= {function_at(after, line + 1) for line in range(new_start, new_end)}
    yield from ((plan.path, name) for name in sorted(names - {""}) or [""])


def _differences(
    matcher: difflib.SequenceMatcher[str],
) -> Iterator[tuple[str, int, int, int, int]]:
    return (opcode for opcode in matcher.get_opcodes() if opcode[0] != "equal")
