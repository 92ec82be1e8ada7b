"""Finds the rules: every module of this package whose name has no leading underscore."""

import inspect
import pkgutil
from functools import cache
from importlib import import_module

from migrator import rules
from migrator.errors import UsageError
from migrator.options import Options
from migrator.rules._rule import Rule, rule_name


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, sorted by name."""
    found = (module.name for module in pkgutil.iter_modules(rules.__path__))
    return tuple(_load(name) for name in sorted(found) if not name.startswith("_"))


def names() -> frozenset[str]:
    """Return the names of all rules."""
    return frozenset(rule.name for rule in all_rules())


def chosen_rules(options: Options) -> tuple[Rule, ...]:
    """Return the rules that *options* leave.

    Raises :exc:`migrator.errors.UsageError` for a name that is no rule's.
    """
    known = names()
    for name in sorted((options.only | options.skip) - known):
        raise UsageError(f"there is no rule {name!r}; --list-rules lists them")
    wanted = options.only or known
    return tuple(rule for rule in all_rules() if rule.name in wanted - options.skip)


def _load(name: str) -> Rule:
    module = import_module(f"{rules.__name__}.{name}")
    page = inspect.cleandoc(module.__doc__ or "")
    return Rule(
        name=rule_name(module.__name__),
        title=page.partition("\n")[0].rstrip("."),
        page=page,
        demands=getattr(module, "demands", None),
        edits=getattr(module, "edits", None),
        findings=getattr(module, "findings", None),
    )
