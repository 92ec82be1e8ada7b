"""The script that CI calls, from end to end."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.apps.places import Places, default_root

ROOT = Path(__file__).parents[2]

# Loaded by every Python process of the run: it makes planning cost half a second of CPU more.
REGRESSION = """
import sys

if "benchmarks.codemod.round" in sys.orig_argv:
    import time
    from migrator import pipeline

    plan_files = pipeline.plan_files

    def slower(*arguments, **options):
        end = time.process_time() + 0.5
        while time.process_time() < end:
            pass
        return plan_files(*arguments, **options)

    pipeline.plan_files = slower
"""

pytestmark = [
    pytest.mark.skipif(shutil.which("bash") is None, reason="no bash is installed"),
    pytest.mark.skipif(
        not Places(default_root()).pristine("httpbin").is_dir(),
        reason="httpbin was not brought yet: python -m benchmarks codemod",
    ),
]


def quick_suites(*suites, reports, path=""):
    variables = {"PYTHON": sys.executable, "REPORTS": str(reports), "PYTHONPATH": str(path)}
    return subprocess.run(
        ["bash", ROOT / ".ci" / "benchmarks", *suites],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_a_planted_regression_fails_the_quick_suites(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(REGRESSION)
    reports = tmp_path / "reports"
    finished = quick_suites("codemod", reports=reports, path=tmp_path)
    assert finished.returncode == 1, finished.stderr
    assert "codemod/httpbin/plan over parse" in finished.stdout
    assert "FAILS" in finished.stdout
    assert {path.name for path in reports.iterdir()} == {
        "bigger.json",
        "gate.xml",
        "index.html",
        "pytest-benchmark.json",
        "report.md",
        "results.json",
        "smaller.json",
        "suites",
    }


def test_a_suite_that_cannot_run_stops_the_script(tmp_path):
    finished = quick_suites("nonsense", reports=tmp_path / "reports")
    assert finished.returncode == 2
