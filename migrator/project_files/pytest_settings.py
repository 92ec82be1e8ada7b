"""Has pytest serve the project's unedited tests by Quart, and run those that are async.

The settings go where pytest reads its settings:
https://docs.pytest.org/en/stable/reference/customize.html#finding-the-rootdir
"""

import re
from collections.abc import Mapping

from migrator.project_files.kinds import Changes, Files, Needs, line_end, with_line_after

SETTING = ("quart_served", "true")
_MODE = "asyncio_mode"
ASYNC_SETTINGS = [(_MODE, "auto"), ("asyncio_default_fixture_loop_scope", "function")]
"""Every async test is run, each with a loop of its own, which its fixtures share.

https://pytest-asyncio.readthedocs.io/en/stable/reference/configuration.html
"""

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
    """Plan the settings: for tests that stay Flask tests, and for those that are async."""
    names: list[tuple[str, str]] = [SETTING] if needs.keeps_tests else []
    if needs.async_tests:
        names += ASYNC_SETTINGS
    if not names:
        return Changes()
    for path, section in _PLACES:
        text = files.read(path)
        if text is not None and (header := _header(text, section)):
            settings = _written(path, names)
            text = _with_settings(text, header.start(), settings)
            return Changes({path: _without_refusal(text) if needs.async_tests else text})
    return _in_new_section(files, names)


def _written(path: str, names: list[tuple[str, str]]) -> dict[str, str]:
    """Return the lines by their key, as a file of this kind has them: TOML quotes strings."""
    is_toml = path.endswith(".toml")
    return {
        key: f'{key} = "{value}"' if is_toml and value != "true" else f"{key} = {value}"
        for key, value in names
    }


def _in_new_section(files: Files, names: list[tuple[str, str]]) -> Changes:
    # To pytest even an empty pytest.ini is the place of its settings.
    for path, section in (("pytest.ini", "pytest"), ("pyproject.toml", "tool.pytest.ini_options")):
        text = files.read(path)
        if text is not None:
            end = line_end(text)
            gap = "" if not text else end if text.endswith("\n") else end + end
            lines = end.join([f"[{section}]", *_written(path, names).values()])
            return Changes({path: f"{text}{gap}{lines}{end}"})
    lines = "\n".join(["[pytest]", *_written("pytest.ini", names).values()])
    return Changes({"pytest.ini": f"{lines}\n"})


def _header(text: str, section: str) -> re.Match[str] | None:
    return re.search(rf"(?m)^\[{re.escape(section)}\]", text)


def _with_settings(text: str, header: int, settings: Mapping[str, str]) -> str:
    for key, line in reversed(list(settings.items())):
        body = re.split(r"(?m)^\[", text[header + 1 :], maxsplit=1)[0]
        found = re.search(rf"(?m)^{key}\b[^\r\n]*", body)
        if found is None:
            text = with_line_after(text, header, line)
        elif key == _MODE:
            start = header + 1 + found.start()
            text = text[:start] + line + text[start + len(found.group()) :]
    return text


def _without_refusal(text: str) -> str:
    """Take out ``-p no:asyncio``, which would leave the async tests without a plugin."""
    text = re.sub(r"""["']-p["'],\s*["']no:asyncio["'](?:,[ \t]*)?""", "", text)
    return re.sub(r"-p[ =]?no:asyncio[ \t]*", "", text)
