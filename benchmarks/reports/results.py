"""Read back what the commands write with ``--json``."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cattrs

from benchmarks.apps.results import AppResult
from benchmarks.bill.runner import BillResult
from benchmarks.blocking.runner import BlockingResult
from benchmarks.codemod.ratio import CodemodResult
from benchmarks.errors import UsageError
from benchmarks.evidence.results import EvidenceResult
from benchmarks.extensions.results import ExtensionResult
from benchmarks.shims.ratio import ShimResult
from benchmarks.users.runner import UsersResult

KINDS: Mapping[str, type[Any]] = {
    "apps": AppResult,
    "blocking": BlockingResult,
    "codemod": CodemodResult,
    "evidence": EvidenceResult,
    "extensions": ExtensionResult,
    "run": BillResult,
    "shims": ShimResult,
    "users": UsersResult,
}


@dataclass(frozen=True, slots=True)
class ResultsFile:
    """The results of one command, and where they were taken."""

    kind: str
    environment: Mapping[str, Any]
    results: Sequence[Any]


def read(path: Path) -> ResultsFile:
    """Read a results file.

    Raises:
        UsageError: It is none, or was written by another version.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kind = KINDS[content["kind"]]
        results = [cattrs.structure(result, kind) for result in content["results"]]
        return ResultsFile(content["kind"], content["environment"], results)
    except (OSError, ValueError, KeyError, TypeError, cattrs.BaseValidationError) as error:
        raise UsageError(f"{path}: no results of this version: {type(error).__name__}.") from error
