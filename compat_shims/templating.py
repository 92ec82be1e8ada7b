"""Templates of both frameworks, from one environment, found, loaded and rendered in the lane."""

import inspect
from collections.abc import AsyncGenerator, Callable
from functools import cache, partial
from typing import Any

import flask
from jinja2 import Environment, Template
from jinja2.runtime import Context

from compat_shims.decorators import as_sync
from compat_shims.lane import hop, in_lane, offload, on_event_loop
from compat_shims.response import settle

__all__ = ["bridged_environment", "take_over"]

_COPIED = (
    "autoescape",
    "auto_reload",
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "trim_blocks",
    "lstrip_blocks",
    "newline_sequence",
    "keep_trailing_newline",
    "undefined",
    "optimized",
    "extensions",
    "loader",
)


class _HoppingContext(Context):
    """A template's variables; a coroutine that a call in the template makes is awaited."""

    def call(self, _obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return settle(super().call(_obj, *args, **kwargs))


# The marks tell Jinja's compiler what else to pass: https://github.com/pallets/jinja/blob/3.1.6/src/jinja2/utils.py
_HoppingContext.call.__dict__.update(Context.call.__dict__)


class LaneTemplate(Template):
    """A template whose asynchronous methods render in the lane."""

    async def render_async(self, *args: Any, **kwargs: Any) -> str:
        """Render in one hop."""
        return await offload(self.render, *args, **kwargs)

    async def generate_async(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, object]:
        """Render piece by piece."""
        async for piece in _in_lane(partial(self.generate, *args, **kwargs)):
            yield piece


class LazyTemplate:
    """A template that code on the event loop has asked for: the lane loads it when it is rendered.

    Everything but rendering loads it at once.
    """

    def __init__(self, load: Callable[[], Template], name: str | None) -> None:
        """Load with *load*; *name* is the template's, where it is known."""
        self._load = load
        self._loaded: Template | None = None
        self.name = name

    async def render_async(self, context: dict[str, Any]) -> str:
        """Load, run the context processors, and render, in one hop."""
        return await offload(self._render, context)

    async def generate_async(self, context: dict[str, Any]) -> AsyncGenerator[str, None]:
        """Render piece by piece."""
        async for piece in _in_lane(partial(self._generate, context)):
            yield piece

    def __getattr__(self, name: str) -> Any:
        """Answer as the template itself."""
        return getattr(self._template(), name)

    def _template(self) -> Template:
        if self._loaded is None:
            self._loaded = self._load()
            self.name = self._loaded.name
        return self._loaded

    def _render(self, context: dict[str, Any]) -> str:
        template = self._template()
        flask.current_app.update_template_context(context)
        return template.render(context)

    def _generate(self, context: dict[str, Any]) -> Any:
        template = self._template()
        flask.current_app.update_template_context(context)
        return template.generate(context)


async def _in_lane(generate: Callable[[], Any]) -> AsyncGenerator[str, None]:
    pieces = await offload(generate)
    while isinstance(piece := await offload(next, pieces, None), str):
        yield piece


class _LaneEnvironment(Environment):
    """What the environment of both apps adds to Flask's."""

    def get_or_select_template(self, *args: Any, **kwargs: Any) -> Any:
        load = partial(super().get_or_select_template, *args, **kwargs)
        if not on_event_loop():
            return load()
        name = args[0] if args else None
        return LazyTemplate(load, name if isinstance(name, str) else None)

    def from_string(self, *args: Any, **kwargs: Any) -> Any:
        load = partial(super().from_string, *args, **kwargs)
        return LazyTemplate(load, None) if on_event_loop() else load()


class _Registry(dict[str, Any]):
    """Filters or tests; an async one is awaited, where Jinja would show its coroutine."""

    def __init__(self, registered: dict[str, Any]) -> None:
        super().__init__({name: as_sync(function) for name, function in registered.items()})

    def __setitem__(self, name: str, function: Any) -> None:
        super().__setitem__(name, as_sync(function))

    def update(self, *others: Any, **functions: Any) -> None:
        super().update(_Registry(dict(*others, **functions)))


@cache
def _lane_environment(cls: Any) -> Any:
    return type(cls.__name__, (_LaneEnvironment, cls), {"__module__": cls.__module__})


def bridged_environment(environment: Environment) -> Environment:
    """Make *environment*, which Flask has created, serve templates of both frameworks."""
    cls: Any = type(environment)
    environment.__class__ = _lane_environment(cls)
    environment.template_class = LaneTemplate
    environment.filters = _Registry(environment.filters)
    environment.tests = _Registry(environment.tests)
    environment.context_class = _HoppingContext
    finalize = environment.finalize
    environment.finalize = _settled if finalize is None else lambda value: finalize(settle(value))
    return environment


def _settled(value: Any) -> Any:
    return hop(lambda: value) if inspect.iscoroutine(value) and in_lane() else value


def take_over(environment: Environment, earlier: Environment) -> None:
    """Put what was registered on *earlier*, the app's first environment, into *environment*."""
    for name in _COPIED:
        setattr(environment, name, getattr(earlier, name))
    environment.filters.update(earlier.filters)
    environment.tests.update(earlier.tests)
    for name, value in earlier.globals.items():
        environment.globals.setdefault(name, value)
