"""Gives Quart's command line the variables of ``.flaskenv``: it reads ``.quartenv``.

https://quart.palletsprojects.com/en/latest/reference/source/quart.cli/
"""

import re

from migrator.project_files.kinds import Changes, Files, Needs

_VARIABLE = re.compile(r"(?m)^(\s*(?:export\s+)?)FLASK_(APP|DEBUG|RUN_\w+)(\s*=)")


def plan(files: Files, needs: Needs) -> Changes:  # noqa: ARG001  every app has a command line
    """Plan ``.quartenv``; ``.flaskenv`` stays."""
    text = files.read(".flaskenv")
    if text is None or files.read(".quartenv") is not None or not _VARIABLE.search(text):
        return Changes()
    return Changes({".quartenv": _VARIABLE.sub(r"\1QUART_\2\3", text)})
