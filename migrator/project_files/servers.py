"""Starts the migrated app by an ASGI server: ``Procfile`` and ``Dockerfile``."""

import json
import re
from collections.abc import Iterator

from migrator.project_files.kinds import Changes, Files, Needs, joined, left
from migrator.project_files.server_commands import (
    Surroundings,
    Untranslatable,
    translate,
    translate_shell,
)

_PROCESS = re.compile(r"(?P<head>[\w-]+:[ \t]*)(?P<command>.*)")
_INSTRUCTION = re.compile(r"(?i)(?P<head>[ \t]*(?:CMD|ENTRYPOINT)[ \t]+)(?P<command>.*)")
_FLASK_VARIABLE = re.compile(
    r"(?i)(?P<head>[ \t]*ENV[ \t]+)FLASK_(?P<rest>(?:APP|DEBUG|RUN_\w+)[ =].*)"
)
_GUNICORN_SETTINGS = "gunicorn.conf.py"
_HEROKU, _CONTAINER = Surroundings(sets_port=True), Surroundings()


def plan(files: Files, needs: Needs) -> Changes:  # noqa: ARG001  what is served needs no more
    """Plan the files that start servers."""
    if files.read_original(_GUNICORN_SETTINGS) is not None:
        return _gunicorn_settings()
    return joined(_plan(path, text) for path, text in files.matching("Procfile", "Dockerfile*"))


def _plan(path: str, text: str) -> Changes:
    lines = text.splitlines(keepends=True)
    changed: list[str] = []
    findings: list[Changes] = []
    for number, line in enumerate(lines, start=1):
        try:
            changed += _line(path, line, text)
        except Untranslatable as reason:
            changed.append(line)
            findings.append(_untranslatable(path, number, str(reason)))
    after = "".join(changed)
    return joined([Changes({path: after} if after != text else {}), *findings])


def _line(path: str, line: str, text: str) -> Iterator[str]:
    content = line.rstrip("\r\n")
    end = line[len(content) :]
    if path == "Procfile":
        yield _started(_PROCESS, content, _HEROKU) + end
        return
    if variable := _FLASK_VARIABLE.fullmatch(content):
        # Flask's stays for the commands that still read it.
        quarts = f"{variable['head']}QUART_{variable['rest']}"
        yield line if quarts in text else content + (end or "\n") + quarts + end
    else:
        yield _started(_INSTRUCTION, content, _CONTAINER) + end


def _started(form: re.Pattern[str], content: str, surroundings: Surroundings) -> str:
    found = form.fullmatch(content)
    if found is None:
        return content
    words = _exec_form(found["command"])
    if words is None:
        return found["head"] + translate_shell(found["command"], surroundings)
    return found["head"] + json.dumps(translate(words, surroundings)) if words else content


def _exec_form(command: str) -> list[str] | None:
    """Return the words of Docker's exec form, a JSON array; ``None`` for the shell form."""
    try:
        words = json.loads(command)
    except ValueError:
        return None
    return [str(word) for word in words] if isinstance(words, list) else None


def _untranslatable(path: str, line: int, what: str) -> Changes:
    if what.startswith("flask run … "):
        return left(
            path,
            line,
            f"`{what}` stays as it is",
            "`quart run` has no such option, and Flask's command line cannot load a Quart app.",
            "Write `quart run` with what it has: `--certfile`, `--keyfile`, `--reload`.",
        )
    if what.startswith("flask "):
        return left(
            path,
            line,
            f"`{what}` stays as it is",
            "Flask's command line cannot load a Quart app.",
            f"If the app defines the command, write `quart {what.removeprefix('flask ')}`.",
        )
    return left(
        path,
        line,
        f"gunicorn's option {what} has no counterpart, so the command stays as it is",
        "gunicorn's workers serve WSGI; Quart is an ASGI app.",
        "Start the app with hypercorn, or with gunicorn and the uvicorn-worker package.",
    )


def _gunicorn_settings() -> Changes:
    return left(
        _GUNICORN_SETTINGS,
        1,
        "the server's settings are for gunicorn, so server commands stay as they are",
        "gunicorn's workers serve WSGI; Quart is an ASGI app.",
        'Install uvicorn-worker and set worker_class = "uvicorn_worker.UvicornWorker", or start '
        "the app with hypercorn.",
    )
