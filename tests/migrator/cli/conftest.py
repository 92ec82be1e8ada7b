"""The command line, run in this process."""

import os
from pathlib import Path

import pytest
from command_line import APP, Result

from migrator.cli import main


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch, tmp_path):
    """Hide the colors of the caller and the repository of this checkout."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.fixture
def project(tmp_path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "app.py").write_text(APP)
    return root


@pytest.fixture
def run(capsys):
    def run(*arguments: object) -> Result:
        status = main([os.fspath(it) if isinstance(it, Path) else str(it) for it in arguments])
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return run
