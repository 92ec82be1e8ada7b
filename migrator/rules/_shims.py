"""The names of ``compat_shims`` in migrated modules."""

import ast
import re
from functools import lru_cache

from migrator.edits.edit import AddImport, Edit
from migrator.facts.model import Facts
from migrator.rules._places import edit_of_file, module_of


def shim(facts: Facts, node: ast.AST, name: str) -> str:
    """Return how the module of *node* names ``compat_shims.name``: qualified if it is taken."""
    return f"compat_shims.{name}" if _is_taken(facts, node, name) else name


def import_shim(facts: Facts, node: ast.AST, name: str, rule: str) -> Edit:
    """Return the edit that imports what :func:`shim` names."""
    if _is_taken(facts, node, name):
        return edit_of_file(facts, node, AddImport("compat_shims"), rule)
    return edit_of_file(facts, node, AddImport("compat_shims", name), rule)


def _is_taken(facts: Facts, node: ast.AST, name: str) -> bool:
    """Whether the module has the name for something else: a parameter called ``flask_app``."""
    return _uses_name(module_of(facts, node).file.text, name)


@lru_cache(maxsize=256)
def _uses_name(text: str, name: str) -> bool:
    if "import compat_shims" in text:
        return True
    return "compat_shims" not in text and re.search(rf"\b{name}\b", text) is not None
