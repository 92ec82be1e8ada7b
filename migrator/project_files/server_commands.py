"""Server commands: ``gunicorn`` becomes ``hypercorn``, ``flask run`` becomes ``quart run``.

Hypercorn comes with Quart, takes ``module:app`` and ``module:factory()`` as gunicorn does, and has
most of its options: https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WITH_VALUE = {
    "-b": "--bind",
    "--bind": "--bind",
    "-w": "--workers",
    "--workers": "--workers",
    "--access-logfile": "--access-logfile",
    "--error-logfile": "--error-logfile",
    "--log-file": "--error-logfile",
    "--log-level": "--log-level",
    "--graceful-timeout": "--graceful-timeout",
    "--keep-alive": "--keep-alive",
    "--backlog": "--backlog",
    "--certfile": "--certfile",
    "--keyfile": "--keyfile",
    "--ca-certs": "--ca-certs",
    "--cert-reqs": "--cert-reqs",
    "--ciphers": "--ciphers",
    "--umask": "--umask",
    "-u": "--user",
    "--user": "--user",
    "-g": "--group",
    "--group": "--group",
    "-p": "--pid",
    "--pid": "--pid",
    "--max-requests": "--max-requests",
    "--max-requests-jitter": "--max-requests-jitter",
    "--threads": "",
    "-k": "",
    "--worker-class": "",
    "--worker-connections": "",
    "--worker-tmp-dir": "",
    "-t": "",
    "--timeout": "",
}
"""Options of gunicorn that have a value, and hypercorn's name for them.

Those without one are about WSGI workers, and pointless on an event loop.
"""

_FLAGS = {"--reload": "--reload", "--preload": "", "--capture-output": ""}
_ONLY_FLASKS = frozenset({"--debugger", "--no-debugger", "--with-threads", "--without-threads"})
"""Options of ``flask run`` that choose what Quart's server has in one way only."""

_TOKEN = re.compile(r"""\s+|(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+""")
_OPERATORS = re.compile(r"(?:&&|\|\||[;|&]|\d?[<>].*)$")


class Untranslatable(Exception):  # noqa: N818  the name says what happened; it stays in here
    """An option has no counterpart; the message names it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the command is started by: a platform like Heroku tells gunicorn by the environment."""

    sets_port: bool = False


def translate_shell(line: str, surroundings: Surroundings) -> str:
    """Return a line of shell with its server command translated; blanks and quotes are kept.

    Raises :exc:`Untranslatable`.
    """
    tokens = _TOKEN.findall(line)
    words = [index for index, token in enumerate(tokens) if token.strip()]
    for position, index in enumerate(words):
        end = _end_of_command(tokens, words[position:])
        command = [tokens[it] for it in words[position:] if it < end]
        translated = translate(command, surroundings) if command else []
        if translated != command:
            rest = "".join(tokens[end:])
            gap = " " if rest.strip() else ""
            return "".join(tokens[:index]) + " ".join(translated) + gap + rest.lstrip(" ")
    return line


def _end_of_command(tokens: Sequence[str], words: Sequence[int]) -> int:
    return next((it for it in words if _OPERATORS.match(tokens[it])), len(tokens))


def translate(words: Sequence[str], surroundings: Surroundings) -> list[str]:
    """Return the words of a command that starts with its program, translated if it is a server.

    Raises :exc:`Untranslatable`.
    """
    program = words[0].rpartition("/")[2]
    if program == "gunicorn":
        return ["hypercorn", *_hypercorn_arguments(words[1:], surroundings)]
    if program == "flask" and "run" in words:
        return ["quart", *_quart_arguments(words[1:])]
    if program == "flask":
        raise Untranslatable(" ".join(words))
    return list(words)


def _quart_arguments(words: Sequence[str]) -> list[str]:
    for word in words:
        name, _, value = word.partition("=")
        if name in {"--extra-files", "--exclude-patterns"} or value == "adhoc" or word == "adhoc":
            raise Untranslatable(f"flask run … {word}")
    return [word for word in words if word not in _ONLY_FLASKS]


def _hypercorn_arguments(words: Sequence[str], surroundings: Surroundings) -> list[str]:
    kept = [word for option in _options(words) for word in _kept(option)]
    if surroundings.sets_port and "--bind" not in kept:
        kept = ["--bind", "0.0.0.0:$PORT", *kept]
    if surroundings.sets_port and "--workers" not in kept:
        kept = ["--workers", "${WEB_CONCURRENCY:-1}", *kept]
    return kept


def _options(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Group the words into options with their values, flags and the app."""
    pending = iter(words)
    for word in pending:
        name, has_value, value = word.partition("=")
        if word.startswith("--") and has_value:
            yield name, value
        elif word in _WITH_VALUE:
            yield word, next(pending, "")
        elif word[:2] in _WITH_VALUE and not word.startswith("--"):
            yield word[:2], word[2:]
        else:
            yield (word,)


def _kept(option: tuple[str, ...]) -> tuple[str, ...]:
    match option:
        case (name, value) if name in _WITH_VALUE:
            return (_WITH_VALUE[name], value) if _WITH_VALUE[name] else ()
        case (flag,) if flag in _FLAGS:
            return (_FLAGS[flag],) if _FLAGS[flag] else ()
        case (app,) if not app.startswith("-"):
            return (app if ":" in app else f"{app}:application",)
    raise Untranslatable(option[0])
