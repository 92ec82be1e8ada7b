"""The modes that look at no project: lists of rules and of native libraries, and pages."""

import click

from migrator.cli.invocation import Invocation
from migrator.cli.printing import show
from migrator.config import suggestion
from migrator.errors import UsageError
from migrator.facts.catalog.natives import natives


def list_rules(invocation: Invocation) -> int:
    """Print each rule with its title."""
    from migrator.rules import _discover  # noqa: PLC0415  loading every rule takes a while

    width = max(len(rule.name) for rule in _discover.all_rules())
    for rule in _discover.all_rules():
        show(f"{click.style(f'{rule.name:<{width}}', bold=True)}  {rule.title}\n", invocation)
    return 0


def list_native(invocation: Invocation) -> int:
    """Print what ``--native`` can replace."""
    known = natives()
    width = max(map(len, known))
    for native in known.values():
        name = click.style(f"{native.name:<{width}}", bold=True)
        show(f"{name}  {native.about}\n", invocation)
    return 0


def show_rule(invocation: Invocation) -> int:
    """Print the page of a rule.

    Raises :exc:`migrator.errors.UsageError` if there is no such rule.
    """
    from migrator.rules import _discover  # noqa: PLC0415  as above

    pages = {rule.name: rule.page for rule in _discover.all_rules()}
    name = invocation.show_rule or ""
    if name not in pages:
        hint = suggestion(name, pages) or "; --list-rules lists them"
        raise UsageError(f"there is no rule {name!r}{hint}")
    show(pages[name].rstrip() + "\n", invocation)
    return 0
