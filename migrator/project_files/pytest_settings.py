"""Has pytest serve the project's unedited tests by Quart: ``quart_served = true``.

The setting goes where pytest reads its settings:
https://docs.pytest.org/en/stable/reference/customize.html#finding-the-rootdir
"""

import re

from migrator.project_files.kinds import Changes, Files, Needs, line_end, with_line_after

SETTING = "quart_served = true"
_PLACES = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("pyproject.toml", "tool.pytest"),
    ("pyproject.toml", "tool.pytest.ini_options"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
"""Files and their sections in the order in which pytest looks for them."""


def plan(files: Files, needs: Needs) -> Changes:
    """Plan the setting where tests stay Flask tests."""
    if not needs.keeps_tests:
        return Changes()
    for path, section in _PLACES:
        text = files.read(path)
        if text is not None and (header := _header(text, section)):
            return Changes({path: _with_setting(text, header.start())})
    return _in_new_section(files)


def _in_new_section(files: Files) -> Changes:
    # To pytest even an empty pytest.ini is the place of its settings.
    for path, section in (("pytest.ini", "pytest"), ("pyproject.toml", "tool.pytest.ini_options")):
        text = files.read(path)
        if text is not None:
            end = line_end(text)
            gap = "" if not text else end if text.endswith("\n") else end + end
            return Changes({path: f"{text}{gap}[{section}]{end}{SETTING}{end}"})
    return Changes({"pytest.ini": f"[pytest]\n{SETTING}\n"})


def _header(text: str, section: str) -> re.Match[str] | None:
    return re.search(rf"(?m)^\[{re.escape(section)}\]", text)


def _with_setting(text: str, header: int) -> str:
    body = re.split(r"(?m)^\[", text[header + 1 :], maxsplit=1)[0]
    if re.search(r"(?m)^quart_served\b", body):
        return text
    return with_line_after(text, header, SETTING)
