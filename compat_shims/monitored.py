"""Views that a monitoring library wraps each time they are registered, by patching `route`."""

from collections.abc import Callable, Mapping
from typing import Any

from flask.sansio.scaffold import Scaffold

__all__ = ["registered_before"]

View = Callable[..., Any]


def registered_before(views: Mapping[str, View], endpoint: str | None, view: Any) -> Any:
    """Return the view of *endpoint* among *views* if *view* is the same one, wrapped once more.

    Both frameworks refuse two functions for one endpoint, and a view with two routes, stacked, gets
    two wrappers from a patched `route`: Sentry wraps so what is not async, see
    <https://docs.sentry.io/platforms/python/integrations/quart/>. A wrapper of the project's own is
    none of those: it may guard the view.
    """
    if view is None or (patcher := _patcher()) is None:
        return view
    known = views.get(str(endpoint or getattr(view, "__name__", "")))
    if known is not None and _inner(known, patcher) is _inner(view, patcher):
        return known
    return view


def _patcher() -> str | None:
    """Return the package that has replaced `route`, if one has."""
    package = _package_of(Scaffold.route)
    return None if package in {"flask", "quart"} else package


def _package_of(function: Any) -> str:
    module = str(getattr(function, "__globals__", {}).get("__name__", ""))
    return module.partition(".")[0]


def _inner(view: Any, patcher: str) -> Any:
    while _package_of(view) == patcher and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view
