"""Every barrier has its section in the documentation, under its own name."""

import re
from pathlib import Path

from migrator.coloring.barriers import Barrier

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "barriers.md"


def test_every_barrier_has_a_section_and_no_section_is_left_over():
    sections = re.findall(r"^### (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(sections) == sorted(barrier.value for barrier in Barrier)
