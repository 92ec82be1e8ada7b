"""What the table of differences names is there, and each row says who handles it."""

import ast
import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from migrator.project_files.kinds import RULE as PROJECT_FILES
from migrator.rules._discover import all_rules

ROOT = Path(__file__).parents[2]
RULES = {rule.name: rule for rule in all_rules()}


def generator():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = generator()
ROWS = GENERATE.differences()
HANDLERS = [pytest.param(it, id=f"{row.id}: {it.name}") for row in ROWS for it in row.handled]


@cache
def functions_of(path):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_each_difference_stands_once():
    ids = [row.id for row in ROWS]
    assert len(ids) == len(set(ids)) >= 106


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_difference_is_handled_or_left_to_the_user(row):
    assert row.handled or row.left
    assert "|" not in row.flask + row.quart + row.left


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_rule_that_is_named_does_what_is_said(handler):
    if handler.name == PROJECT_FILES:
        assert handler.test or handler.kind == "finding"
    elif handler.kind == "rule":
        assert RULES[handler.name].demands or RULES[handler.name].edits
    elif handler.kind == "finding":
        assert RULES[handler.name].findings


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_module_of_the_shims_that_is_named_is_there_and_tested(handler):
    if handler.kind == "shim":
        assert importlib.util.find_spec(handler.name) is not None
        assert handler.test.startswith("tests/compat_shims/")


@pytest.mark.parametrize("handler", [it for it in HANDLERS if it.values[0].test])
def test_a_test_that_is_named_is_there(handler):
    path, _, name = handler.test.partition("::")
    assert name in functions_of(path)


def test_a_silent_difference_is_not_left_to_the_user_alone():
    assert [row.id for row in ROWS if row.silent and not row.handled] == []


def test_the_counts_on_top_of_the_page_are_those_of_its_rows():
    page = (ROOT / "docs" / "reference" / "differences.md").read_text("utf-8")
    counted = dict(re.findall(r"(?m)^\| (.+) \| (\d+) \|$", page))
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    handled = [line.split(" | ")[3] for line in lines]
    assert len(lines) == len(ROWS)
    for kind, text in GENERATE.HANDLERS.items():
        word = "nothing needed" if kind == "none" else f"{kind} "
        assert int(counted[text]) == sum(bool(re.search(rf"(^|; ){word}", it)) for it in handled)
    assert int(counted["wholly left to the user"]) == handled.count("nobody")
