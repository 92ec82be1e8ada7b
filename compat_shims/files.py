"""Files sent as Flask sends them, from async code."""

import os
from typing import Any

import flask
import quart

from compat_shims.lane import offload
from compat_shims.response import shown_to_quart

__all__ = ["send_file", "send_from_directory"]


async def send_file(path_or_file: Any, *args: Any, **kwargs: Any) -> quart.Response:
    """Send a file as `flask.send_file` does, which runs in the lane, and takes any open file.

    The arguments are Flask's: https://flask.palletsprojects.com/en/stable/api/#flask.send_file
    A relative path starts from the folder of the app. Raises what Flask's function raises.
    """
    return await offload(_shown, flask.send_file, path_or_file, *args, **kwargs)


async def send_from_directory(
    directory: str | os.PathLike[str], path: str | os.PathLike[str], **kwargs: Any
) -> quart.Response:
    """Send a file from within *directory* as `flask.send_from_directory` does, in the lane.

    The arguments are Flask's:
    https://flask.palletsprojects.com/en/stable/api/#flask.send_from_directory
    Raises :exc:`werkzeug.exceptions.NotFound` for what is not in the directory.
    """
    return await offload(_shown, flask.send_from_directory, directory, path, **kwargs)


def _shown(send: Any, *args: Any, **kwargs: Any) -> quart.Response:
    app: Any = flask.current_app
    return shown_to_quart(send(*args, **kwargs), app.quart, flask.request.environ)
