"""One self-contained page of HTML: no scripts, nothing from the network."""

from collections.abc import Sequence
from itertools import zip_longest

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from benchmarks.reports.formats import counts
from benchmarks.reports.judgement import Judgement
from benchmarks.reports.results import ResultsFile
from benchmarks.reports.sections import Section, Table, section

# Commits are told apart by less, platforms by their beginning.
_WIDEST = 25

TITLE = "Flask to Quart: benchmarks and scoreboard"


def render(files: Sequence[ResultsFile], judgements: Sequence[Judgement]) -> str:
    """Return the page of all results, and of how they stand to their limits."""
    loader = PackageLoader("benchmarks.reports", "")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    sections = [*map(section, files), *([_limits(judgements)] if judgements else [])]
    environment.filters["code"] = code
    template = environment.get_template("page.html.jinja")
    return template.render(title=TITLE, about=_about(files), sections=sections)


def code(text: str) -> Markup:
    """Return text in which what stands between backticks is code; all of it escaped."""
    parts = [escape(part) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return escape(text)
    marked = [Markup("<code>{}</code>").format(part) for part in parts[1::2]]
    return Markup("").join(
        part for pair in zip_longest(parts[::2], marked, fillvalue=Markup("")) for part in pair
    )


def _about(files: Sequence[ResultsFile]) -> str:
    environment = files[0].environment
    keys = ("date", "commit", "python", "platform", "cores")
    known = [f"{key} {str(environment[key])[:_WIDEST]}" for key in keys if environment.get(key)]
    versions = environment.get("versions", {})
    known += [f"{name} {number}" for name, number in versions.items() if number]
    return ", ".join(known)


def _limits(judgements: Sequence[Judgement]) -> Section:
    order = ("fails", "inconclusive", "holds")
    words = {"fails": "FAILS", "inconclusive": "inconclusive", "holds": "holds"}
    ranked = sorted(judgements, key=lambda one: order.index(one.verdict))
    rows = [
        [one.figure.name, f"{one.figure.value:.4g}", str(one.limit), words[one.verdict]]
        for one in ranked
    ]
    table = Table("Every figure that has a limit", ("figure", "value", "limit", "verdict"), rows)
    return Section("limits", "Limits", str(counts(judgements)), (), (table,))
