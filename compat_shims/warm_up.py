"""Reading, before the first request, what would be read from disk on the event loop later."""

import mimetypes
import sys
from collections.abc import Callable
from typing import Any

__all__ = ["warm_up"]


def warm_up(companion: Any) -> None:
    """Read the files that the app's libraries read once, whenever they first need them.

    It blocks. They are the tables of `mimetypes`, and for each language of Flask-Babel the catalog
    and the names of days and months.
    """
    mimetypes.init()
    for name, read in _READERS.items():
        extension = companion.extensions.get(name)
        if extension is not None:
            with companion.app_context():
                read(extension)


def _read_catalogs(babel: Any) -> None:
    flask_babel = sys.modules.get("flask_babel")
    languages = getattr(getattr(babel, "instance", None), "list_translations", None)
    if flask_babel is None or languages is None:
        return
    for language in languages():
        sys.modules["babel.localedata"].load(str(language))
        with flask_babel.force_locale(str(language)):
            flask_babel.get_domain().get_translations()


_READERS: dict[str, Callable[[Any], None]] = {"babel": _read_catalogs}
"""By the key under which an extension registers itself on the app."""
