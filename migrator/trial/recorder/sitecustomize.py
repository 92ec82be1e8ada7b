"""Start the recorder, then run the ``sitecustomize`` that this one hides.

See https://docs.python.org/3/library/site.html#module-sitecustomize.
"""

import importlib
import importlib.machinery
import importlib.util
import os
import sys

_FOLDER = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  pathlib is slow to load


def _run_hidden() -> None:
    others = [place for place in sys.path if os.path.abspath(place) != _FOLDER]  # noqa: PTH100
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if "FLASK_TO_QUART_RECORDING" in os.environ:
    importlib.import_module("flask_to_quart_recorder").start(os.environ["FLASK_TO_QUART_RECORDING"])
_run_hidden()
