"""Adds Quart beside Flask in the dependencies of ``pyproject.toml``."""

import re

from migrator.project_files.kinds import (
    Changes,
    Files,
    Needs,
    joined,
    line_end,
    line_of,
    with_line_after,
)
from migrator.project_files.requirements import flask_too_old

_PATH = "pyproject.toml"
_STRING = re.compile(
    r"""(?i)(?P<quote>["'])flask(?:\[[^\]]*\])?(?P<specifier>(?:\s*[<>=!~(][^"']*)?)\s*(?P=quote)"""
)
_POETRY = re.compile(r"(?mi)^flask\s*=\s*(?P<specifier>[^\r\n]*)")
_TOKEN = re.compile(r"""\"[^"\n]*"|'[^'\n]*'|#[^\n]*|[\[\]]""")

Packages = list[tuple[str, str]]


def plan(files: Files, needs: Needs) -> Changes:
    """Plan the dependencies, as ``[project]`` or Poetry has them."""
    text = files.read(_PATH)
    if text is None:
        return Changes()
    missing = [it for it in needs.packages if not _names(text, it[0])]
    if not missing:
        return Changes()
    return joined([_in_project(text, missing), _in_poetry(text, missing)])


def _names(text: str, package: str) -> bool:
    """Whether the package is a dependency: a string in a list, or a key as Poetry has it."""
    name = re.escape(package)
    return re.search(rf"""(?mi)["']{name}(?![\w.-])|^{name}\s*=""", text) is not None


def _in_project(text: str, missing: Packages) -> Changes:
    array = _dependencies(text)
    found = _STRING.search(text, *array) if array else None
    if found is None:
        return Changes()
    indentation = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    gap = " " if indentation.strip() else line_end(text) + indentation
    quote = found["quote"]
    added = "".join(f",{gap}{quote}{name}{version}{quote}" for name, version in missing)
    after = text[: found.end()] + added + text[found.end() :]
    line = line_of(text, found.start())
    return joined([Changes({_PATH: after}), flask_too_old(_PATH, line, found["specifier"])])


def _dependencies(text: str) -> tuple[int, int] | None:
    """Return where the array ``dependencies`` of the table ``[project]`` starts and ends."""
    table = re.search(r"(?m)^\[project\]", text)
    found = (
        re.compile(r"(?m)^(?:dependencies\s*=\s*\[|\[)").search(text, table.end())
        if table
        else None
    )
    if found is None or found.group() == "[":
        return None
    depth = 1
    for token in _TOKEN.finditer(text, found.end()):
        depth += {"[": 1, "]": -1}.get(token.group(), 0)
        if depth == 0:
            return found.end(), token.start()
    return None


def _in_poetry(text: str, missing: Packages) -> Changes:
    table = re.search(r"(?m)^\[tool\.poetry\.dependencies\]", text)
    found = _POETRY.search(text, table.end()) if table else None
    if found is None:
        return Changes()
    lines = line_end(text).join(f'{name} = "{version or "*"}"' for name, version in missing)
    after = with_line_after(text, found.start(), lines)
    line = line_of(text, found.start())
    return joined([Changes({_PATH: after}), flask_too_old(_PATH, line, found["specifier"])])
