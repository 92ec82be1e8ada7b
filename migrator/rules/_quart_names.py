"""What Flask's names are called in Quart."""

RENAMED = {
    "flask.Flask": "quart.Quart",
    "flask.app.Flask": "quart.app.Quart",
    "flask.cli.FlaskGroup": "quart.cli.QuartGroup",
    "flask.cli.with_appcontext": "compat_shims.cli.with_appcontext",
}
"""Names that Quart has under another name, or that the shim has."""

MISSING = frozenset(
    {
        "flask.__version__",
        "flask.cli.CertParamType",
        "flask.cli.SeparatedPathType",
        "flask.cli.show_server_banner",
        "flask.debughelpers",
        "flask.globals.app_ctx",
        "flask.globals.request_ctx",
        "flask.json.tag",
        "flask.sansio",
        "flask.sessions.TaggedJSONSerializer",
        "flask.testing",
        "flask.typing.ResponseClass",
    }
)
"""Names and modules that Quart does not have: code that uses them keeps Flask's."""

NOT_LOADED = frozenset({"quart.json.provider", "quart.json.tag", "quart.logging", "quart.views"})
"""Modules that ``import quart`` does not load; ``import flask`` loads its own of these names."""


def quart_name(dotted: str) -> str | None:
    """Return the name in Quart of *dotted*, or ``None`` if Quart has none."""
    if dotted in RENAMED:
        return RENAMED[dotted]
    if any(dotted == name or dotted.startswith(f"{name}.") for name in MISSING):
        return None
    return dotted.replace("flask", "quart", 1)
