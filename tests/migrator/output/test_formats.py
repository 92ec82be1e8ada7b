"""The report in each format."""

import json
from html.parser import HTMLParser

import click
import pytest
from reports import EMPTY, NAME, REPORT

from migrator.output.formats import github, html, markdown, sarif, text
from migrator.output.formats import json as json_format


def test_text_says_what_happened_what_is_bridged_and_what_is_left():
    assert click.unstyle(text.render(REPORT)) == (
        "Files (2)\n"
        "  app/views.py\n"
        "  pytest.ini (new)\n"
        "\n"
        "Functions (3)\n"
        "     1 async   `async def`, names from quart\n"
        "     1 sync    need no await: Quart runs them in the request's thread\n"
        "     1 bridged stay Flask code, run in the request's thread beside Quart\n"
        "\n"
        "Bridged, and why\n"
        "  app/views.py:30 User.name\n"
        "      calls `load`, which is async (app/views.py:31)\n"
        "      it is a property, read as `user.name | 100%` (app/views.py:30)\n"
        "\n"
        "Still needs compat_shims, because\n"
        "      app/views.py:1  reason 1\n"
        "      app/views.py:2  reason 2\n"
        "      app/views.py:3  reason 3\n"
        "      and 2 more reasons (--format json)\n"
        "\n"
        "Left for you (1)\n"
        "  app/views.py:31 a, <b> & 100% [offload-blocking]\n"
        "      why:  It: waits.\n"
        "      next: Offload | it.\n"
    )


def test_verbose_text_has_every_reason_and_rule():
    shown = click.unstyle(text.render_all(REPORT))
    assert "  app/views.py\n      make-async, await-call\n" in shown
    assert "  app/views.py:10 show async\n      app/views.py:12  `request.form`" in shown
    assert "Bridged, and why" not in shown


def test_an_empty_report_says_so():
    shown = click.unstyle(text.render(EMPTY))
    assert shown.startswith("Nothing to change")
    assert shown.endswith("Nothing is left to do by hand.\n")
    assert text.summary(EMPTY) == "0 files change; functions: none; 0 left for you"


def test_the_summary_is_one_line():
    assert text.summary(REPORT) == (
        "2 files change; functions: 1 async, 1 sync, 1 bridged; 1 left for you"
    )


def test_an_explanation_names_the_outside_callers_and_every_link():
    assert click.unstyle(text.explanation(NAME)) == (
        "app/views.py:30 User.name is bridged\n"
        "  called by: view (app.route), app/views.py:29\n"
        "  because:\n"
        "    app/views.py:31  calls `load`, which is async\n"
        "    app/views.py:30  it is a property, read as `user.name | 100%`"
    )


def test_json():
    data = json.loads(json_format.render(REPORT))
    assert [it["path"] for it in data["files"] if it["changed"]] == ["app/views.py", "pytest.ini"]
    assert [it["state"] for it in data["functions"]] == ["async", "sync", "bridged"]
    assert data["functions"][2]["barrier"] == "property"
    assert data["findings"][0]["next_step"] == "Offload | it."
    assert data["summary"] == {
        "files": 3,
        "changed_files": 2,
        "functions": 3,
        "async_functions": 1,
        "sync_functions": 1,
        "bridged_functions": 1,
        "findings": 1,
    }


def test_github_annotations_are_escaped():
    warning, notice = github.render(REPORT).splitlines()
    assert warning == (
        "::warning file=app/views.py,line=31,col=5,endLine=31,"
        "title=offload-blocking%3A a%2C <b> & 100%25::It: waits. Offload | it."
    )
    assert notice.startswith("::notice title=migrator::2 files change")


def test_sarif():
    (run,) = json.loads(sarif.render(REPORT))["runs"]
    (result,) = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "offload-blocking"
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "app/views.py"
    expected = {"startLine": 31, "startColumn": 5, "endLine": 31, "endColumn": 11}
    assert location["region"] == expected


def test_markdown_tables_keep_their_columns():
    shown = markdown.render(REPORT)
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {6, 4, 5}
    assert "user.name \\| 100%" in shown
    assert markdown.render(EMPTY).endswith("Nothing.\n")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("report", [REPORT, EMPTY])
def test_html_is_well_formed_and_escaped(report):
    page = html.render(report)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "<b> & 100%" not in page


def test_html_holds_every_part():
    page = html.render(REPORT)
    for part in ("a, &lt;b&gt; &amp; 100%", "User.name", "reason 5", "pytest.ini"):
        assert part in page
