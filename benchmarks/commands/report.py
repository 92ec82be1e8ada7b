"""``python -m benchmarks report FILE…``: results as reports for people and other tools."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.commands import Outcome
from benchmarks.reports import limits, page
from benchmarks.reports.figures import Figure, figures
from benchmarks.reports.formats import (
    gate_markdown,
    github_action,
    junit,
    pytest_benchmark,
    results,
)
from benchmarks.reports.judgement import Judgement, judge
from benchmarks.reports.markdown import render
from benchmarks.reports.readme import fill
from benchmarks.reports.results import ResultsFile, read
from benchmarks.writing import write

Form = Callable[[Sequence[ResultsFile], Sequence[Figure], Sequence[Judgement]], str]

_FORMS: Mapping[str, tuple[str, Form]] = {
    "html": ("one page with plots, without scripts", lambda f, _, j: page.render(f, j)),
    "markdown": ("the tables", lambda f, _, __: render(f)),
    "results": (
        "every figure with its samples and its 95 %% interval, and where it was taken",
        lambda f, g, _: results(g, f[0].environment),
    ),
    "junit": ("a case for each limit", lambda _, __, j: junit(j)),
    "pytest-benchmark": (
        "figures with samples, as pytest-benchmark has them",
        lambda f, g, _: pytest_benchmark(g, f[0].environment),
    ),
    "smaller": ("customSmallerIsBetter", lambda _, g, __: github_action(g, "smaller")),
    "bigger": ("customBiggerIsBetter", lambda _, g, __: github_action(g, "bigger")),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("files", nargs="+", type=Path, help="what other commands wrote by --json")
    for name, (what, _) in _FORMS.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=what)
    parser.add_argument(
        "--readme", type=Path, metavar="FILE", help="fill in the scoreboard between its marks"
    )


def run(chosen: argparse.Namespace) -> Outcome:
    """Write the forms that were asked for; Markdown also goes to GitHub's summary of a job."""
    files = [read(path) for path in chosen.files]
    found = figures(files)
    judgements = [judge(figure, limit) for figure, limit in limits.applied(limits.DEFAULT, found)]
    for name, (_, form) in _FORMS.items():
        path = getattr(chosen, name.replace("-", "_"))
        if path is not None:
            write(path, form(files, found, judgements))
    if chosen.readme is not None:
        fill(chosen.readme, files)
    text = f"{render(files)}\n\n## Limits\n\n{gate_markdown(judgements)}"
    _summarise(text)
    return Outcome(text, judgements, holds=True)


def _summarise(text: str) -> None:
    """Append to the page of a GitHub job, where there is one.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
    """
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")
