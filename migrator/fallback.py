"""Plans that hold: what does not pass the self-check stays Flask code, which always works.

A function whose rewrite fails gets the comment ``# migrator: keep[make-async]``, as a user could
put it there, and the project is planned again: so the next run leaves it alone, too. Where a file
fails twice, all its functions get it. Where planning itself fails, nothing is made async at all.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrator.errors import EditConflict, SelfCheckFailed, UnreadableSource
from migrator.facts.evidence import NO_EVIDENCE, Evidence
from migrator.findings import Finding
from migrator.garbage import no_collections
from migrator.options import Options, Strategy
from migrator.output.report import FilePlan, Report
from migrator.output.verify import Place, verify
from migrator.pipeline import plan_files, plan_project, read_project
from migrator.progress import Progress, silent
from migrator.python2 import set_aside
from migrator.source.files import SourceFile
from migrator.source.keeping import keep, outer_functions
from migrator.source.outline import function_at
from migrator.source.relevance import related
from migrator.source.span import Location, Span

_RULE = "self-check"


@dataclass(frozen=True, slots=True)
class _Kept:
    """The files as they are planned, and why functions in them are kept, by place."""

    files: Mapping[str, SourceFile]
    reasons: Mapping[Place, str]

    def failed_before(self, path: str) -> bool:
        """Whether functions of the file are kept already."""
        return any(kept == path for kept, _ in self.reasons)


@no_collections()
def plan_that_holds(
    root: Path, options: Options, progress: Progress = silent, evidence: Evidence = NO_EVIDENCE
) -> Report:
    """Plan the migration of the project at *root*, and check the plan; nothing is written.

    *evidence* is what a run of the project's tests saw, if there was one. Raises
    :exc:`migrator.errors.MigratorError` where the input cannot be read, and where the check fails
    even with the functions concerned kept as they are.
    """
    files, findings = set_aside(read_project(root, options, progress))

    def plan(present: Sequence[SourceFile], chosen: Options) -> Report:
        report = plan_project(root, present, chosen, progress, evidence)
        return _with_findings(report, findings)

    try:
        return _plan_with_less(root, files, options, plan)
    except UnreadableSource:
        raise
    except Exception as fault:
        if options.strategy is Strategy.BRIDGE:
            raise
        bridge = replace(options, strategy=Strategy.BRIDGE)
        report = _plan_with_less(root, files, bridge, plan)
        return _with_findings(report, [_nothing_is_async(files, fault)])


def _plan_with_less(
    root: Path,
    files: Sequence[SourceFile],
    options: Options,
    plan: Callable[[Sequence[SourceFile], Options], Report],
) -> Report:
    """Plan until the plan holds, each time with more functions kept as they are."""
    original = {file.path: file for file in files}
    kept = _Kept(original, {})
    while True:
        try:
            report = plan(list(kept.files.values()), options)
            verify(report, _second_plan(root, options))
        except (EditConflict, SelfCheckFailed) as failure:
            more = _keep_more(kept, failure)
            if more is None:
                raise
            kept = more
        else:
            return _compared_with(original, report, kept)


def _second_plan(root: Path, options: Options) -> Callable[[Sequence[SourceFile]], Report]:
    # What has nothing to do with Flask was read for syntax errors by the first plan.
    return lambda files: plan_files(str(root), related(files, "flask"), options)


def _keep_more(kept: _Kept, failure: EditConflict | SelfCheckFailed) -> _Kept | None:
    """Keep the functions that *failure* names; ``None`` if that would keep nothing more."""
    files, reasons = dict(kept.files), dict(kept.reasons)
    for path, name in _places(kept, failure):
        functions = outer_functions(files[path])
        whole = name not in functions or kept.failed_before(path)
        names = frozenset(functions) if whole else frozenset({name})
        changed = keep(files[path], names)
        if changed.text != files[path].text:
            files[path] = changed
            reasons[path, "" if whole else name] = str(failure)
    return _Kept(files, reasons) if files != kept.files else None


def _places(kept: _Kept, failure: EditConflict | SelfCheckFailed) -> tuple[Place, ...]:
    if isinstance(failure, SelfCheckFailed):
        return failure.places
    path, _, line = failure.place.rpartition(":")
    return ((path, function_at(kept.files[path].text, int(line))),)


def _compared_with(original: Mapping[str, SourceFile], report: Report, kept: _Kept) -> Report:
    """Return *report* as the plan for the files as they are on the disk."""
    plans = tuple(_from_disk(original, file) for file in report.files)
    return _with_findings(replace(report, files=plans), _findings(original, kept))


def _with_findings(report: Report, more: Iterable[Finding]) -> Report:
    findings = sorted(
        [*report.findings, *more], key=lambda finding: (finding.location, finding.rule)
    )
    return replace(report, findings=tuple(findings))


def _from_disk(original: Mapping[str, SourceFile], plan: FilePlan) -> FilePlan:
    source = original.get(plan.path)
    return plan if source is None else replace(plan, before=source.encode(source.text))


def _findings(original: Mapping[str, SourceFile], kept: _Kept) -> Iterator[Finding]:
    for (path, name), reason in kept.reasons.items():
        line = outer_functions(original[path]).get(name, [1])[0]
        yield Finding(
            _RULE,
            Location(path, Span(line, 0, line, 0)),
            f"`{name}` stays Flask code" if name else "every function here stays Flask code",
            f"The migrator could not verify its rewrite: {reason}",
            "It works as it is. Please report the fault; to try again, remove the comment "
            "`# migrator: keep[make-async]`.",
        )


def _nothing_is_async(files: Sequence[SourceFile], fault: Exception) -> Finding:
    return Finding(
        _RULE,
        Location(files[0].path, Span(1, 0, 1, 0)),
        "every function of the project stays Flask code (strategy bridge)",
        f"The migrator failed at making functions async: {type(fault).__name__}: {fault}",
        "The app works as it is. Please report the fault.",
    )
