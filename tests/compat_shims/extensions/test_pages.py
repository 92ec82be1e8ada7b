"""Each tested extension has a page, each page a test, and their code is Python."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
INDEX = ROOT / "docs" / "extensions" / "index.md"
PAGES = sorted(page for page in INDEX.parent.glob("*.md") if page != INDEX)
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
STATUS = ("Works as it is", "Works mounted")
HEADINGS = ["Migrate", "What works", "Limits", "Without the shim"]


def test_pages_and_tests_are_about_the_same_extensions():
    tests = {path.stem for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).stem}
    assert {f"test_{page.stem.replace('-', '_')}" for page in PAGES} == tests


def test_the_index_has_a_row_for_each_page():
    rows = re.findall(r"^\| \[([^]]+)\]\(([^)]+)\) \|", INDEX.read_text("utf-8"), re.MULTILINE)
    titles = {page.name: page.read_text("utf-8").splitlines()[0] for page in PAGES}
    assert {name: f"# {title}" for title, name in rows} == titles
    assert [title.lower() for title, _ in rows] == sorted(title.lower() for title, _ in rows)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_changes_what_works_and_where_that_is_tested(page):
    text = page.read_text("utf-8")
    assert text.splitlines()[2].startswith(STATUS)
    found = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert found in (HEADINGS, [heading for heading in HEADINGS if heading != "Limits"])
    assert f"extensions/test_{page.stem.replace('-', '_')}.py)" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_of_a_page_is_python(page):
    blocks = CODE.findall(page.read_text("utf-8"))
    assert blocks
    for code in blocks:
        ast.parse(code)
        assert len(code.splitlines()) <= 25
