"""Each fence of each rule's page is a test: the page is true."""

import re

import pytest

from migrator.options import Options, TestMode
from migrator.pipeline import plan_files
from migrator.rules._discover import all_rules
from migrator.rules._page import Example, examples
from migrator.source.files import decode

RULES = all_rules()
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.name}: {example.title}")
    for rule in RULES
    for example in examples(rule.page)
]


def migrated(files, rule):
    sources = [decode(path, text.encode()) for path, text in sorted(files.items())]
    native = frozenset({rule.native} if rule.native else ())
    tests = TestMode.MIGRATE if rule.tests else TestMode.KEEP
    return plan_files("", sources, Options(native=native, tests=tests))


def result(report):
    return {file.path: file.after.decode() for file in report.files}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example_comes_out_as_its_page_says(rule, example: Example):
    assert result(migrated(example.before, rule)) == dict(example.after)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example_is_left_alone_once_migrated(rule, example: Example):
    assert result(migrated(example.after, rule)) == dict(example.after)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_what_is_left_is_reported_by_the_rule(rule, example: Example):
    reported = {
        finding.location.path
        for finding in migrated(example.before, rule).findings
        if finding.rule == rule.name
    }
    if example.left:
        assert reported == example.left
    elif example.unchanged:
        assert not reported


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_page_has_title_reason_and_examples(rule):
    assert re.match(r"[A-Z`].*[a-z`]$", rule.title)
    assert "\n## Why\n" in rule.page
    assert "\n## Examples\n" in rule.page
    assert "\n## Left alone\n" in rule.page
    assert any(example.unchanged for example in examples(rule.page))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_does_something(rule):
    assert rule.demands or rule.edits or rule.findings or rule.test_demands


def test_rules_are_found_by_their_files():
    names = [rule.name for rule in RULES]
    assert names == sorted(set(names))
    assert "await-request-body" in names
