"""Records what a project's own code uses of Flask, and which of its functions call which.

Each file of the project is compiled with calls into the recorder at every attribute that may be
awaitable in Quart, at every call, and at the start of every function. What they saw is written at
once, each observation the first time: so nothing is lost where a process is killed.
"""

from __future__ import annotations

import builtins
import json

from .hook import watch_compile
from .instrument import CALLEE, ENTERED, RECEIVER
from .observer import Observer
from .paths import Paths
from .writer import Writer


def start(settings: str) -> None:
    """Record in this process, as the JSON file *settings* says.

    :func:`migrator.trial.recording.recording` writes it.
    """
    with open(settings, encoding="utf-8") as file:  # noqa: PTH123  pathlib is slow to load
        chosen = json.load(file)
    writer = Writer(chosen["records"])
    paths = Paths(chosen["root"], chosen["files"], chosen["original"])
    observer = Observer(chosen, paths, writer)
    for name, see in (
        (RECEIVER, observer.receiver),
        (CALLEE, observer.callee),
        (ENTERED, observer.entered),
    ):
        setattr(builtins, name, see)
    members = frozenset(name for names in chosen["classes"].values() for name in names)
    watch_compile(paths, members, writer)
