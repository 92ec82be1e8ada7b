"""The companion: a genuine Flask app that is one with a Quart app.

The two are two faces of the same attributes: the companion's ``__dict__`` *is* the app's. So what
an extension sets on one is there on the other, hook tables and configuration included, and
nothing has to be kept in step. A few attributes mean different things to the two frameworks
(`request_class`, `json`, …): these are `_Own` to the companion.
"""

from functools import cache
from inspect import iscoroutinefunction
from typing import Any, ClassVar

import flask
import quart
from flask.json.provider import JSONProvider
from quart.routing import QuartRule
from werkzeug.local import LocalProxy

from compat_shims import _flask, _quart, config
from compat_shims.app import bridged_class
from compat_shims.app_members import environment_of_app, members_of_app
from compat_shims.bridge import Bridge
from compat_shims.context import CompanionAppContext, CompanionRequestContext
from compat_shims.decorators import as_sync, settling
from compat_shims.errors import NotBridgedError
from compat_shims.lane import in_lane
from compat_shims.middleware import answer_inside, is_inside
from compat_shims.monitored import registered_before
from compat_shims.options import Options
from compat_shims.pool import Pool
from compat_shims.request import is_flasks
from compat_shims.response import as_flask, with_flask_body
from compat_shims.session import AsyncInterfaceInLane, CookieSessionInterface, is_async
from compat_shims.templating import bridged_environment, take_over

__all__ = ["Companion", "companion_of", "flask_app"]


class _Own:
    """An attribute that the companion does not share with the app."""

    def __init__(self, default: Any) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._key = f"flask:{name}"

    def __get__(self, companion: Any, owner: type) -> Any:
        if companion is None:
            return self._default
        return vars(companion).get(self._key, self._default)

    def __set__(self, companion: Any, value: Any) -> None:
        vars(companion)[self._key] = value


class Companion(flask.Flask):
    """The Flask app that extensions see as `flask.current_app`; made by `flask_app`."""

    bridge: Bridge
    framework_class: ClassVar[type]
    request_class: Any = _Own(flask.Flask.request_class)
    response_class: Any = _Own(flask.Flask.response_class)
    test_client_class: Any = _Own(flask.Flask.test_client_class)
    test_cli_runner_class: Any = _Own(flask.Flask.test_cli_runner_class)
    jinja_environment: Any = _Own(flask.Flask.jinja_environment)
    url_rule_class: Any = _Own(QuartRule)

    @property
    def quart(self) -> quart.Quart:
        """The Quart app that serves the requests."""
        return self.bridge.app

    def __hash__(self) -> int:
        """Be the same key as the app: extensions keep what belongs to an app in dictionaries."""
        return hash(self.bridge.app)

    def __eq__(self, other: object) -> bool:
        """Be equal to the app, and to whatever says that it is equal (a proxy of it)."""
        return True if other is self or other is self.bridge.app else NotImplemented

    @property
    def json(self) -> JSONProvider:
        """The app's provider, making responses of Flask."""
        return _json_of(self, vars(self)["json"])

    @json.setter
    def json(self, value: JSONProvider) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]  # the app's
        vars(self)["json"] = value

    @property
    def session_interface(self) -> Any:
        """The app's session interface, callable by synchronous code."""
        interface = self.bridge.app.session_interface
        return AsyncInterfaceInLane(self, interface) if is_async(interface) else interface

    @session_interface.setter
    def session_interface(self, value: Any) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]  # the app's
        vars(self)["session_interface"] = value

    def add_url_rule(
        self, rule: str, endpoint: Any = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        """Add a rule, for the view that the endpoint has where it is the same one."""
        view = registered_before(self.view_functions, endpoint, view_func)
        super().add_url_rule(rule, endpoint, view, *args, **options)

    def app_context(self) -> CompanionAppContext:
        """Return a genuine app context, which brings Quart's with it."""
        return CompanionAppContext(self)

    def request_context(self, environ: dict[str, Any]) -> CompanionRequestContext:
        """Return a genuine request context, which brings Quart's with it."""
        return CompanionRequestContext(self, environ)

    def create_jinja_environment(self) -> Any:
        """Return the environment of both apps: it renders in the lane, and awaits coroutines."""
        environment = bridged_environment(super().create_jinja_environment())
        own = environment_of_app(self.bridge.app)
        if own is not None:
            take_over(environment, own)
        return environment

    def ensure_sync(self, func: Any) -> Any:
        """Return a synchronous callable for *func*; an async one is awaited on the event loop."""
        if iscoroutinefunction(func):
            return as_sync(func)
        return settling(func) if in_lane() else func

    def async_to_sync(self, func: Any) -> Any:
        """Return a synchronous callable for the async *func*."""
        return as_sync(func)

    def make_response(self, rv: Any) -> flask.Response:
        """Return a response for what a view has returned, one of Quart's included."""
        if self.bridge.makes_responses:
            return as_flask(as_sync(self._by_app)(rv), self)
        return self.make_flask_response(rv)

    async def _by_app(self, rv: Any) -> Any:
        return await self.bridge.app.make_response(rv)

    def make_flask_response(self, rv: Any) -> flask.Response:
        """Return a response for what a view has returned, by Flask's rules."""
        return super().make_response(with_flask_body(rv, self))

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Let the Quart app answer a WSGI call, in this process, as test clients want it."""
        if is_inside(environ):
            return answer_inside(environ, start_response)
        from compat_shims.testing import serve_wsgi  # noqa: PLC0415  only tests need it

        return serve_wsgi(self.bridge.app, environ, start_response)

    def __repr__(self) -> str:
        """Name the app."""
        return f"<{type(self).__name__} of {self.name!r}>"


Companion.framework_class = Companion


def flask_app(app: quart.Quart, options: Options | None = None) -> Companion:
    """Return the companion of *app*: a real `flask.Flask` to give to Flask extensions.

    A second call returns the same companion; *options*, then, are ignored. `current_app` of Quart
    or Flask will do, and so will a companion. Raises
    `compat_shims.errors.UnsupportedVersionError` where Quart or Flask is not known to work, and
    `TypeError` where *app* is no Quart app.
    """
    given: Any = app
    if isinstance(given, LocalProxy):
        given = given._get_current_object()  # noqa: SLF001  Werkzeug documents this name
    if isinstance(given, Companion):
        return given
    if not isinstance(given, quart.Quart):
        return for_no_app(given, "flask_app() takes a quart.Quart")
    bridge = vars(given).get("bridge")
    if bridge is not None:
        companion: Companion = bridge.companion
        return companion
    cls: Any = type(given)
    return join(given, object.__new__(_companion_class(cls)), options)


@cache
def _companion_class(app_class: Any) -> type[Companion]:
    """Return the class of the companions of such apps: what they define is theirs as well."""
    own = members_of_app(app_class, vars(Companion))
    return type(Companion.__name__, (Companion,), own) if own else Companion


def for_no_app(given: Any, due: str) -> Companion:
    """Refuse *given*, which is not what is *due*; a test run lets stand-ins through."""
    msg = f"{due}, not {type(given).__name__}"
    raise TypeError(msg)


def companion_of(app: Any) -> Companion:
    """Return the companion that *app* has; `NotBridgedError` if it has none."""
    bridge = vars(app).get("bridge")
    if bridge is None:
        msg = f"{app!r} has no companion: call compat_shims.flask_app(app) first"
        raise NotBridgedError(msg)
    companion: Companion = bridge.companion
    return companion


def join(app: quart.Quart, companion: Companion, options: Options | None = None) -> Companion:
    """Make *companion* the other face of *app*."""
    _quart.ensure_known_version()
    _flask.ensure_known_version()
    environment = vars(app).pop("jinja_env", None)
    _choose_session_interface(app)
    request_class = app.request_class
    cls: Any = type(app)
    app.__class__ = bridged_class(cls)
    companion.__dict__ = app.__dict__
    if is_flasks(request_class):
        vars(app).pop("request_class", None)
        companion.request_class = request_class
    vars(app)["bridge"] = Bridge(app, companion, Pool(options or Options()))
    config.use_flask_defaults(app)
    _use_flask_code(app, companion)
    if environment is not None:
        take_over(companion.jinja_env, environment)
    from compat_shims.cli import bridge_commands  # noqa: PLC0415  it imports this module

    bridge_commands(companion)
    return companion


def _choose_session_interface(app: quart.Quart) -> None:
    if app.session_interface is quart.Quart.session_interface:
        vars(app)["session_interface"] = CookieSessionInterface()


def _use_flask_code(app: quart.Quart, companion: Companion) -> None:
    """Replace what Quart has registered on its own app by what Flask registers."""
    processors: list[Any] = app.template_context_processors[None]
    if processors and processors[0].__module__ == "quart.templating":
        processors[0] = _flask.default_context_processor
    static = app.view_functions.get("static")
    if getattr(static, "__func__", None) is quart.Quart.send_static_file:
        app.view_functions["static"] = companion.send_static_file


def _json_of(companion: Companion, provider: JSONProvider) -> JSONProvider:
    """Return *provider*, attributes included, with *companion* as the app that it works for."""
    cached = vars(companion).get("flask:json")
    if cached is not None and cached[0] is provider:
        return cached[1]  # type: ignore[no-any-return]
    cls = type(provider)
    own = {"_app": property(lambda _: companion)}
    mine: JSONProvider = object.__new__(type(cls.__name__, (cls,), own))
    mine.__dict__ = provider.__dict__
    vars(companion)["flask:json"] = (provider, mine)
    return mine
