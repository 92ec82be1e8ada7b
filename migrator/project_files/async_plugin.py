"""Adds pytest-asyncio beside pytest, wherever a project says what its tests need."""

import re
from collections.abc import Iterator

from migrator.project_files.kinds import Changes, Files, Needs, left, line_end

PACKAGE = "pytest-asyncio"
REQUIREMENT = f"{PACKAGE}>=0.25"
"""The first version in which a fixture's context variables reach the test.

https://pytest-asyncio.readthedocs.io/en/stable/reference/changelog.html
"""

_LISTS = ("*requirements*.txt", "*requirements*.in", "requirements/*.txt", "requirements/*.in")
_INI = ("tox.ini", "setup.cfg")
_PYPROJECT = "pyproject.toml"
_LINE = re.compile(r"(?mi)^(?P<indent>[ \t]*)pytest[ \t]*(?:[<>=!~\[;][^\r\n]*)?(?=\r?$)")
_KEY = re.compile(r"(?m)^(?P<key>[\w.{}:-]+)[ \t]*=")
_STRING = re.compile(r"""(?P<quote>["'])pytest(?:\[[^\]]*\])?\s*(?:[<>=!~;][^"']*)?(?P=quote)""")
_POETRY = re.compile(r"(?m)^pytest\s*=[^\r\n]*$")
_TABLE = re.compile(r"(?m)^\[(?P<name>[^\[\]\r\n]+)\]")
_DEPENDENCIES = re.compile(
    r"project(\.optional-dependencies)?|dependency-groups|tool\.poetry(\.group\.[^.]+)?"
    r"\.(dev-)?dependencies"
)


def plan(files: Files, needs: Needs) -> Changes:
    """Plan the requirement where pytest runs async tests."""
    if not needs.async_tests:
        return Changes()
    texts = dict(files.matching(*_LISTS, *_INI, _PYPROJECT))
    if any(_is_named(text) for text in texts.values()):
        return Changes()
    found = {path: _added(path, text) for path, text in texts.items()}
    changed = {path: text for path, text in found.items() if text != texts[path]}
    if changed:
        return Changes(changed)
    return left(
        next(iter(texts), "pytest.ini"),
        1,
        f"nothing says that the tests need {PACKAGE}",
        "Async tests are run by a plugin of pytest, and no file here lists pytest.",
        f"Install it with the tests: pip install '{REQUIREMENT}'.",
    )


def _is_named(text: str) -> bool:
    return re.search(rf"(?i)\b{PACKAGE}(?![\w-])", text) is not None


def _added(path: str, text: str) -> str:
    if path == _PYPROJECT:
        return _in_pyproject(text)
    places = [it for it in _LINE.finditer(text) if path not in _INI or _is_dependency(text, it)]
    for found in reversed(places):
        line = f"{line_end(text)}{found['indent']}{REQUIREMENT}"
        text = text[: found.end()] + line + text[found.end() :]
    return text


def _is_dependency(text: str, found: re.Match[str]) -> bool:
    """Whether the line of an ini file belongs to a list of packages, and not of commands."""
    keys = list(_KEY.finditer(text, 0, found.start()))
    return bool(found["indent"] and keys) and not keys[-1]["key"].startswith("commands")


def _in_pyproject(text: str) -> str:
    for start, end in reversed(list(_dependency_tables(text))):
        table = text[start:end]
        table = _STRING.sub(rf"\g<0>, \g<quote>{REQUIREMENT}\g<quote>", table)
        table = _POETRY.sub(rf'\g<0>{line_end(text)}{PACKAGE} = ">=0.25"', table)
        text = text[:start] + table + text[end:]
    return text


def _dependency_tables(text: str) -> Iterator[tuple[int, int]]:
    tables = list(_TABLE.finditer(text))
    ends = [*(it.start() for it in tables[1:]), len(text)]
    for table, end in zip(tables, ends, strict=True):
        if _DEPENDENCIES.fullmatch(table["name"].strip()):
            yield table.end(), end
