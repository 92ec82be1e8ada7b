"""Writes the reference pages that follow from code: ``python docs/generate.py``.

``tests/docs/test_reference.py`` says when they are stale.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from migrator.cli import command
from migrator.rules._discover import all_rules
from migrator.rules._rule import Rule

REFERENCE = Path(__file__).resolve().parent / "reference"


def pages() -> Mapping[str, str]:
    """Return the text of each generated page, by its path below ``docs/reference``."""
    rules = all_rules()
    return {
        "command-line.md": _command_line(),
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
