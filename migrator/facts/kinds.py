"""The kinds of framework objects that the analysis tells apart."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a value is to Flask and Quart, whatever the project calls it."""

    APP = "app"
    BLUEPRINT = "blueprint"
    REQUEST = "request"
    RESPONSE = "response"
    WERKZEUG_RESPONSE = "werkzeug response"
    SESSION = "session"
    G = "g"
    FORM = "form data"
    FILES = "uploaded files"
    FILE_STORAGE = "uploaded file"
    CLIENT = "test client"
    CLIENT_RESPONSE = "test response"
    CLI_RUNNER = "command line runner"
    APP_CONTEXT = "application context"
    REQUEST_CONTEXT = "request context"
    SESSION_TRANSACTION = "session transaction"
    VIEW = "class-based view"
    CONFIG = "configuration"
    JINJA_ENVIRONMENT = "Jinja environment"
    COMMAND_GROUP = "command group"


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """An attribute of a framework object, as ``request.form`` is ``Member(REQUEST, "form")``."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        """Render as ``kind.name``."""
        return f"{self.kind}.{self.name}"
