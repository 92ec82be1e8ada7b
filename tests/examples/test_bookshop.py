"""The bookshop is what it claims to be before a migration: a Flask app whose tests pass."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BOOKSHOP = Path(__file__).resolve().parents[2] / "examples" / "bookshop"


@pytest.fixture
def bookshop(tmp_path):
    """A copy, so that running the example leaves no trace in it."""
    return shutil.copytree(
        BOOKSHOP, tmp_path / "bookshop", ignore=shutil.ignore_patterns("__pycache__", "instance")
    )


def run(folder, *arguments):
    # Only the example's own configuration counts, with whatever plugins happen to be installed.
    isolated = {"PYTEST_ADDOPTS": ""}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | isolated,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_its_pytest_suite_passes_on_flask(bookshop):
    result = run(bookshop, "-m", "pytest", "-q")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "90 passed" in result.stdout


def test_its_unittest_file_passes_on_flask(bookshop):
    result = run(bookshop, "-m", "unittest", "discover", "-s", "tests", "-p", "test_unittest*.py")
    assert result.returncode == 0, result.stderr
    assert "Ran 9 tests" in result.stderr


def test_its_command_seeds_the_instance_folder_once(bookshop):
    first = run(bookshop, "-m", "flask", "--app", "bookshop", "seed")
    second = run(bookshop, "-m", "flask", "--app", "bookshop", "seed")
    assert first.stdout == "Added 12 books.\nAdded the admin admin.\n"
    assert second.stdout == "Added 0 books.\n"
    assert (bookshop / "instance" / "bookshop.sqlite").is_file()
