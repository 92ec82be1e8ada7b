"""Adds Quart beside Flask in ``requirements*.txt``."""

import re

from migrator.project_files.kinds import (
    Changes,
    Files,
    Needs,
    joined,
    left,
    line_end,
    line_of,
    with_line_after,
)

_GLOBS = ("requirements*.txt", "requirements*.in", "requirements/*.txt", "requirements/*.in")
_FLASK = re.compile(
    r"(?mi)^flask(?:\[[^\]\r\n]*\])?[ \t]*(?P<specifier>(?:[<>=!~][^;#\r\n]*)?)(?![\w.-])"
)
_GENERATED = re.compile(r"(?m)--hash=|^# This file (?:is|was) auto-?generated")
_BELOW_3 = re.compile(r"(?:==|~=|<=)\s*[012]\b|<\s*[0123](?:\.0)*\s*(?:,|$)|\^\s*[012]\b")


def plan(files: Files, needs: Needs) -> Changes:
    """Plan the requirements files that name Flask."""
    return joined(_plan(path, text, needs) for path, text in files.matching(*_GLOBS))


def _plan(path: str, text: str, needs: Needs) -> Changes:
    found = _FLASK.search(text)
    missing = [it for it in needs.packages if not _names(text, it[0])]
    if found is None or not missing:
        return Changes()
    line = line_of(text, found.start())
    if _GENERATED.search(text):
        return _generate_again(path, line, " and ".join(name for name, _ in missing))
    added = line_end(text).join(name + version for name, version in missing)
    changes = Changes({path: with_line_after(text, found.start(), added)})
    return joined([changes, flask_too_old(path, line, found["specifier"])])


def _names(text: str, package: str) -> bool:
    return re.search(rf"(?mi)^{re.escape(package)}(?![\w.-])", text) is not None


def _generate_again(path: str, line: int, names: str) -> Changes:
    return left(
        path,
        line,
        f"the file is generated, so {names} cannot be added to it",
        "Versions and hashes in it come from a tool.",
        f"Add {names} to the file that it is generated from, and generate it again.",
    )


def flask_too_old(path: str, line: int, specifier: str) -> Changes:
    """Return a finding if *specifier* holds Flask below version 3, which Quart stands on.

    https://github.com/pallets/quart/blob/main/pyproject.toml asks for ``flask>=3.0``.
    """
    if not _BELOW_3.search(specifier):
        return Changes()
    return left(
        path,
        line,
        f"Flask is held below version 3 here ({specifier.strip()})",
        "Quart stands on Flask 3.",
        "Raise the requirement to flask>=3.0, and run the tests on Flask once more.",
    )
