"""Compiles the project's files with the recorder's calls in them.

``builtins.compile`` is where all ways of importing meet: importlib, runpy, and pytest, which
rewrites the assertions of test modules and compiles them by itself.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import os
import sys
from typing import Any

from .instrument import instrumented
from .paths import Paths
from .writer import Writer

_FUTURE = 0
for _name in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _name).compiler_flag


def watch_compile(paths: Paths, members: frozenset[str], writer: Writer) -> None:
    """Have the project's files, by *paths*, compiled with a record of reads of *members*."""
    plain = builtins.compile

    def compile(  # noqa: A001, PLR0913, PLR0917  stands for the builtin, and takes what it takes
        source: Any,
        filename: Any,
        mode: str,
        flags: int = 0,
        dont_inherit: bool = False,
        optimize: int = -1,
        **more: Any,
    ) -> Any:
        if not dont_inherit:
            # The builtin would take the future statements of its caller, which is this function.
            flags |= sys._getframe(1).f_code.co_flags & _FUTURE  # noqa: SLF001  as inspect does
        if mode == "exec" and not flags & ast.PyCF_ONLY_AST:
            own = paths.own(os.fsdecode(filename))
            if own:
                source = _watched(plain, source, filename, flags, own)
            elif paths.original(os.fsdecode(filename)):
                writer.write("original", paths.original(os.fsdecode(filename)))
        return plain(source, filename, mode, flags, True, optimize, **more)

    def _watched(plain: Any, source: Any, filename: Any, flags: int, path: str) -> Any:
        if not isinstance(source, ast.AST):
            source = plain(source, filename, "exec", flags | ast.PyCF_ONLY_AST, True)
        try:
            tree = instrumented(source, path, members)
        except RecursionError:
            writer.write("unwatched", path)
            return source
        writer.write("file", path)
        return tree

    setattr(builtins, "compile", compile)  # noqa: B010  the type of the builtin is overloaded
