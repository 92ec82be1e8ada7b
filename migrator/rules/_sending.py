"""What the rules about ``send_file`` and ``send_from_directory`` share."""

import ast
from collections.abc import Iterator

from migrator.coloring.colors import Colors
from migrator.edits.edit import AddImport, Edit, RenameKeyword, Wrap
from migrator.facts.model import Facts
from migrator.rules._files import is_absolute
from migrator.rules._places import edit_at, edit_of_file

RENAMED = {
    "download_name": "attachment_filename",
    "etag": "add_etags",
    "max_age": "cache_timeout",
    "path": "file_name",
    "path_or_file": "filename_or_io",
}
"""Parameters of Flask's functions, and what they are called in Quart's."""


def met_calls(colors: Colors, rule: str) -> Iterator[ast.Call]:
    """Yield the calls that coloring lets *rule* await."""
    for demand in colors.met:
        if demand.rule == rule and isinstance(demand.node, ast.Call):
            yield demand.node


def rename_keywords(facts: Facts, call: ast.Call, rule: str) -> Iterator[Edit]:
    """Give the keyword arguments of *call* the names that Quart knows."""
    for word in call.keywords:
        if word.arg in RENAMED:
            yield edit_at(facts, call, RenameKeyword(word.arg, RENAMED[word.arg]), rule)


def join_to_root(facts: Facts, path: ast.expr, rule: str) -> Iterator[Edit]:
    """Join *path* to the app's folder, as Flask does: an absolute path stays what it is."""
    if is_absolute(facts, path) or "root_path" in ast.unparse(path):
        return
    joined = Wrap("os.path.join(current_app.root_path, {0})")
    yield edit_at(facts, path, joined, rule)
    yield edit_of_file(facts, path, AddImport("os"), rule)
    yield edit_of_file(facts, path, AddImport("quart", "current_app"), rule)
