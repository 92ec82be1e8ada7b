"""The class that a test sees of an app or a blueprint of Quart: Flask's.

``isinstance(app, Flask)`` holds in a test, as it did, because `isinstance` asks for the object's
``__class__`` where its type does not tell:
https://docs.python.org/3/library/functions.html#isinstance
"""

from typing import Any

from compat_shims.testing.who_asks import asked_by_test

_own = vars(object)["__class__"]


def shown_as(shown: type, base: type) -> type:
    """Derive a class from *base* whose instances are shown to tests as instances of *shown*."""

    def get(self: Any) -> Any:
        return shown if asked_by_test() else _own.__get__(self)

    def assign(self: Any, cls: type) -> None:
        _own.__set__(self, cls)

    return type("ShownToTests", (base,), {"__class__": property(get, assign)})
