"""Finds the rules: every module of this package whose name has no leading underscore."""

import inspect
import pkgutil
from functools import cache
from importlib import import_module

from migrator import natives, rules
from migrator.errors import UsageError
from migrator.facts.catalog.natives import natives as catalog
from migrator.options import Options, TestMode
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

    A rule about a native library or about tests runs only where that is asked for. Raises
    :exc:`migrator.errors.UsageError` for a name that is no rule's, or no replacement's.
    """
    natives.check(options.native)
    known = names()
    for name in sorted((options.only | options.skip) - known):
        raise UsageError(f"there is no rule {name!r}; --list-rules lists them")
    wanted = options.only or known
    return tuple(
        rule
        for rule in all_rules()
        if rule.name in wanted - options.skip
        and (rule.native is None or rule.native in options.native)
        and (not rule.tests or options.tests is TestMode.MIGRATE)
    )


def packages_of(applied: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the requirements of the native libraries that the rules *applied* bring."""
    used = {rule.native for rule in all_rules() if rule.native and rule.name in applied}
    return tuple(it for name in sorted(used) for it in catalog()[name].packages.items())


def _load(name: str) -> Rule:
    module = import_module(f"{rules.__name__}.{name}")
    page = inspect.cleandoc(module.__doc__ or "")
    return Rule(
        name=rule_name(module.__name__),
        title=page.partition("\n")[0].rstrip("."),
        page=page,
        native=getattr(module, "NATIVE", None),
        tests=getattr(module, "TESTS", False),
        demands=getattr(module, "demands", None),
        edits=getattr(module, "edits", None),
        findings=getattr(module, "findings", None),
        test_demands=getattr(module, "test_demands", None),
    )
