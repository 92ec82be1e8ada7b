"""The generated pages of the reference say what the code says."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def generator():
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = generator().pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_code_says(name):
    page = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert page == PAGES[name], "run: python docs/generate.py"


def test_no_page_is_left_of_a_rule_that_is_gone():
    written = {f"rules/{path.name}" for path in (DOCS / "reference" / "rules").glob("*.md")}
    assert written == {name for name in PAGES if name.startswith("rules/")}
