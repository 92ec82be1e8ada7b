"""Plans the changes of a project's other files, kind by kind."""

from pathlib import Path

from migrator.findings import Finding
from migrator.output.report import FilePlan
from migrator.project_files import (
    async_plugin,
    flaskenv,
    pyproject,
    pytest_settings,
    requirements,
    servers,
)
from migrator.project_files.kinds import RULE, Files, Needs

_KINDS = (
    pytest_settings.plan,
    async_plugin.plan,
    requirements.plan,
    pyproject.plan,
    flaskenv.plan,
    servers.plan,
)


def plan_project_files(
    root: Path, needs: Needs
) -> tuple[tuple[FilePlan, ...], tuple[Finding, ...]]:
    """Plan what changes besides Python code in the project at *root*; return findings with it.

    A project that is one file has no other files.
    """
    if not root.is_dir():
        return (), ()
    files = Files(root)
    findings: list[Finding] = []
    for plan in _KINDS:
        changes = plan(files, needs)
        files = Files(root, {**files.planned, **changes.texts})
        findings += changes.findings
    plans = (_file_plan(files, path) for path in sorted(files.planned))
    return tuple(plan for plan in plans if plan.changed), tuple(findings)


def _file_plan(files: Files, path: str) -> FilePlan:
    before = files.read_original(path)
    old = None if before is None else before.encode("utf-8")
    return FilePlan(path, old, files.planned[path].encode("utf-8"), (RULE,))
