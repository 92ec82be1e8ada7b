"""Writes the reference pages that follow from code or data: ``python docs/generate.py``.

``tests/docs/test_reference.py`` says when they are stale.
"""

import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from migrator.cli import command
from migrator.rules._discover import all_rules
from migrator.rules._rule import Rule

DOCS = Path(__file__).resolve().parent
REFERENCE = DOCS / "reference"
HANDLERS = {
    "rule": "a rule of the migrator",
    "shim": "a behaviour of `compat_shims`",
    "finding": "a finding in the report",
    "none": "nothing needed",
}
"""Who handles a difference: the keys of ``differences.toml``, and what the page calls them."""


@dataclass(frozen=True, slots=True)
class Handler:
    """What handles a difference: one of `HANDLERS`, its name (or the reason), and its test."""

    kind: str
    name: str
    test: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between Flask and Quart, and what is left of it to the user."""

    id: str
    flask: str
    quart: str
    silent: bool
    handled: tuple[Handler, ...]
    left: str


def pages() -> Mapping[str, str]:
    """Return the text of each generated page, by its path below ``docs/reference``."""
    rules = all_rules()
    return {
        "command-line.md": _command_line(),
        "differences.md": _differences(differences()),
        "rules/index.md": _index(rules),
        **{f"rules/{rule.name}.md": _rule(rule) for rule in rules},
    }


def _command_line() -> str:
    context = click.Context(command, info_name="python -m migrator", max_content_width=88)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"# Command line\n\n```text\n{text}\n```\n"


def _index(rules: tuple[Rule, ...]) -> str:
    rows = "\n".join(f"| [{rule.name}]({rule.name}.md) | {rule.title} |" for rule in rules)
    return (
        "# Rules\n\nEach page is the docstring of the rule's file, and its examples are its tests."
        f"\n\n| rule | what it does |\n|---|---|\n{rows}\n"
    )


def _rule(rule: Rule) -> str:
    return f"# {rule.name}\n\n{rule.page.strip()}\n"


def differences() -> tuple[Difference, ...]:
    """Return the rows of ``differences.toml``, in their order."""
    rows = tomllib.loads((DOCS / "differences.toml").read_text("utf-8"))["difference"]
    return tuple(
        Difference(
            id=row["id"],
            flask=row["flask"],
            quart=row["quart"],
            silent=row["silent"],
            handled=tuple(_handler(entry) for entry in row.get("handled", [])),
            left=row.get("open", ""),
        )
        for row in rows
    )


def _handler(entry: Mapping[str, str]) -> Handler:
    (kind,) = HANDLERS.keys() & entry.keys()
    return Handler(kind, entry[kind], entry.get("test", ""))


def _differences(rows: tuple[Difference, ...]) -> str:
    silent = sum(row.silent for row in rows)
    return (
        "# Differences between Flask and Quart\n\n"
        f"What differs between Flask 3.1 and Quart 0.22 beyond names: {len(rows)} differences, "
        "and who handles each,\nin one way or several. "
        f"The {silent} **silent** ones raise nothing where nobody handles them. An app has\na "
        "companion where extensions, offloaded calls or functions that stay Flask code need one.\n"
        "\nThe page is made of [differences.toml](../differences.toml); a test holds that against "
        "the rules, the\nmodules and the tests that it names.\n\n"
        f"{_counts(rows)}\n\n"
        "| difference | Flask | Quart | who handles it | left to the user |\n"
        f"|---|---|---|---|---|\n{_lines(map(_difference, rows))}\n"
    )


def _counts(rows: tuple[Difference, ...]) -> str:
    counts = {
        text: sum(any(handler.kind == kind for handler in row.handled) for row in rows)
        for kind, text in HANDLERS.items()
    }
    counts["partly left to the user"] = sum(bool(row.left and row.handled) for row in rows)
    counts["wholly left to the user"] = sum(bool(row.left and not row.handled) for row in rows)
    lines = _lines(f"| {text} | {count} |" for text, count in counts.items())
    return f"| handled by | rows |\n|---|---|\n{lines}"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _difference(row: Difference) -> str:
    name = f"`{row.id}`" + (" **silent**" if row.silent else "")
    handled = "; ".join(map(_handled, row.handled)) or "nobody"
    return f"| {name} | {row.flask} | {row.quart} | {handled} | {row.left} |"


def _handled(handler: Handler) -> str:
    if handler.kind == "none":
        return f"nothing needed: {handler.name}"
    named = f"{handler.kind} {_named(handler)}"
    return f"{named} ([test](../../{handler.test.partition('::')[0]}))" if handler.test else named


def _named(handler: Handler) -> str:
    has_page = any(rule.name == handler.name for rule in all_rules())
    return f"[{handler.name}](rules/{handler.name}.md)" if has_page else f"`{handler.name}`"


def main() -> int:
    """Write the pages, and remove those of rules that are gone."""
    wanted = pages()
    (REFERENCE / "rules").mkdir(parents=True, exist_ok=True)
    for path in (REFERENCE / "rules").glob("*.md"):
        if f"rules/{path.name}" not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
