"""Test folders are no packages, so pytest tells test modules apart by their names alone."""

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent


def test_each_test_module_has_a_name_of_its_own():
    counts = Counter(path.name for path in TESTS.rglob("*.py") if path.name != "conftest.py")
    assert [name for name, count in counts.items() if count > 1] == []
