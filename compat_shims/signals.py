"""Signals reach the receivers of both frameworks, once, whichever of the two has sent them.

Flask and Quart have a signal object each of the same name, and an app and its companion are two
senders (blinker knows a sender by its ``id``:
https://github.com/pallets-eco/blinker/blob/1.9.0/src/blinker/_utilities.py). So four sets of
receivers may be connected to one event. The framework that sends calls one of them; a relay
calls the other three.
"""

from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from typing import Any

import flask
import flask.signals
import quart
import quart.signals
from blinker import Signal

from compat_shims.lane import hop, in_lane, offload

__all__ = ["SHARED", "Relays"]

SHARED = (
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "before_render_template",
    "got_request_exception",
    "message_flashed",
    "request_finished",
    "request_started",
    "request_tearing_down",
    "template_rendered",
)

Receiver = Callable[..., Any]


class Relays:
    """The relays of one app; they live as long as this object does."""

    def __init__(self, app: quart.Quart, companion: flask.Flask) -> None:
        """Connect both signals of each event."""
        self._app = app
        self._companion = companion
        self._connected: list[Receiver] = []
        for name in SHARED:
            flasks, quarts = getattr(flask.signals, name), getattr(quart.signals, name)
            self._connect(flasks, companion, self._from_flask(flasks, quarts))
            self._connect(quarts, app, self._from_quart(flasks, quarts))

    def has_flask_receivers(self, name: str) -> bool:
        """Tell whether anything but a relay listens to Flask's signal *name* of this app."""
        signal = getattr(flask.signals, name)
        return any(True for _ in self._receivers(signal, self._companion, self._app))

    def _connect(self, signal: Signal, sender: Any, relay: Receiver) -> None:
        self._connected.append(relay)
        signal.connect(relay, sender)

    def _from_flask(self, flasks: Signal, quarts: Signal) -> Receiver:
        def relay(_: Any, **values: Any) -> None:
            called = {id(receiver) for receiver in flasks.receivers_for(self._companion)}
            others = (
                *self._pairs(flasks, self._app),
                *self._pairs(quarts, self._app),
                *self._pairs(quarts, self._companion),
            )
            for receiver, as_sender in _not_yet(others, called):
                _call(receiver, as_sender, values)

        return relay

    def _from_quart(self, flasks: Signal, quarts: Signal) -> Receiver:
        async def relay(_: Any, **values: Any) -> None:
            values.pop("_async_wrapper", None)  # Quart 0.23 passes it on by mistake.
            called = {id(receiver) for receiver in quarts.receivers_for(self._app)}
            others = (
                *self._pairs(quarts, self._companion),
                *self._pairs(flasks, self._companion),
                *self._pairs(flasks, self._app),
            )
            await self._call_from_loop(list(_not_yet(others, called)), values)

        return relay

    async def _call_from_loop(
        self, receivers: list[tuple[Receiver, Any]], values: dict[str, Any]
    ) -> None:
        synchronous = [pair for pair in receivers if not iscoroutinefunction(pair[0])]
        if synchronous:
            await offload(_call_each, synchronous, values)
        for receiver, sender in receivers:
            if iscoroutinefunction(receiver):
                await receiver(sender, **values)

    def _pairs(self, signal: Signal, sender: Any) -> Iterator[tuple[Receiver, Any]]:
        if signal.is_muted:
            return
        for receiver in self._receivers(signal, sender):
            yield receiver, sender

    def _receivers(self, signal: Signal, *senders: Any) -> Iterator[Receiver]:
        for sender in senders:
            for receiver in signal.receivers_for(sender):
                if receiver not in self._connected:
                    yield receiver


def _not_yet(
    pairs: tuple[tuple[Receiver, Any], ...], called: set[int]
) -> Iterator[tuple[Receiver, Any]]:
    for receiver, sender in pairs:
        if id(receiver) not in called:
            called.add(id(receiver))
            yield receiver, sender


def _call_each(receivers: list[tuple[Receiver, Any]], values: dict[str, Any]) -> None:
    for receiver, sender in receivers:
        receiver(sender, **values)


def _call(receiver: Receiver, sender: Any, values: dict[str, Any]) -> None:
    if not iscoroutinefunction(receiver):
        receiver(sender, **values)
    elif in_lane():
        hop(receiver, sender, **values)
    else:
        sender.bridge.companion.ensure_sync(receiver)(sender, **values)
