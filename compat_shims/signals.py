"""Signals reach the receivers of both frameworks, once, whichever of the two has sent them.

Flask and Quart have a signal object each of the same name, and an app and its companion are two
senders (blinker knows a sender by its ``id``:
https://github.com/pallets-eco/blinker/blob/1.9.0/src/blinker/_utilities.py). So four sets of
receivers may be connected to one event. The framework that sends calls one of them; a relay
calls the other three. A relay is only connected once somebody else is: every request sends.
"""

import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import iscoroutinefunction
from itertools import chain
from typing import Any

import flask
import flask.signals
import quart
import quart.signals
from blinker import Signal

from compat_shims.decorators import as_sync
from compat_shims.lane import offload
from compat_shims.response import as_flask

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

_PAIRS = tuple((getattr(flask.signals, name), getattr(quart.signals, name)) for name in SHARED)
_PAIR_OF = {signal: pair for pair in _PAIRS for signal in pair}

Receiver = Callable[..., Any]

_relays: defaultdict[Signal, set[int]] = defaultdict(set)
"""The ids of the relays of all apps; where a signal has no other receivers nobody listens.

Every request asks for that many times, and the length of a `WeakSet` costs more than a set's.
"""


_all: "weakref.WeakSet[Relays]" = weakref.WeakSet()


def _has_listeners(signal: Signal) -> bool:
    return len(signal.receivers) > len(_relays[signal])


def _forget(relays: list[tuple[Signal, int]]) -> None:
    for signal, number in relays:
        _relays[signal].discard(number)


class Relays:
    """The relays of one app; they live as long as this object does."""

    def __init__(self, app: quart.Quart, companion: flask.Flask) -> None:
        """Connect the signals that somebody listens to now; `_connect_relays` does the others."""
        self._app = app
        self._companion = companion
        self._connected: list[Receiver] = []
        self._known: list[tuple[Signal, int]] = []
        self._partners = {quarts: flasks for flasks, quarts in _PAIRS}
        self._relayed: set[Signal] = set()
        for flasks, quarts in _PAIRS:
            if _has_listeners(flasks) or _has_listeners(quarts):
                self.relay(flasks, quarts)
        _all.add(self)
        # Its relays end with it: blinker holds receivers weakly.
        weakref.finalize(self, _forget, self._known)

    def relay(self, flasks: Signal, quarts: Signal) -> None:
        """Connect both signals of an event, unless that was done."""
        if flasks in self._relayed:
            return
        self._relayed.add(flasks)
        self._connect(flasks, self._companion, self._from_flask(flasks, quarts))
        self._connect(quarts, self._app, self._from_quart(flasks, quarts))

    def is_quiet(self, signal: Signal) -> bool:
        """Tell whether nobody listens to Quart's *signal*, nor to Flask's of the same name."""
        return not _has_listeners(signal) and not _has_listeners(self._partners.get(signal, signal))

    def has_flask_receivers(self, name: str) -> bool:
        """Tell whether anything but a relay listens to Flask's signal *name* of this app."""
        signal = getattr(flask.signals, name)
        return _has_listeners(signal) and any(
            True for _ in self._receivers(signal, self._companion, self._app)
        )

    def _connect(self, signal: Signal, sender: Any, relay: Receiver) -> None:
        self._connected.append(relay)
        self._known.append((signal, id(relay)))
        _relays[signal].add(id(relay))
        signal.connect(relay, sender)

    def _from_flask(self, flasks: Signal, quarts: Signal) -> Receiver:
        def relay(_: Any, **values: Any) -> None:
            if not (_has_listeners(flasks) or _has_listeners(quarts)):
                return
            called = {id(receiver) for receiver in flasks.receivers_for(self._companion)}
            calls = chain(
                self._calls(flasks, self._app, values),
                self._calls(quarts, self._app, values),
                self._calls(quarts, self._companion, values),
            )
            for call in _not_yet(calls, called):
                call.make()

        return relay

    def _from_quart(self, flasks: Signal, quarts: Signal) -> Receiver:
        async def relay(_: Any, **values: Any) -> None:
            if not (_has_listeners(flasks) or _has_listeners(quarts)):
                return
            values.pop("_async_wrapper", None)  # Quart 0.23 passes it on by mistake.
            called = {id(receiver) for receiver in quarts.receivers_for(self._app)}
            for_flask = values | self._response_of_flask(values)
            calls = chain(
                self._calls(quarts, self._companion, values),
                self._calls(flasks, self._companion, for_flask),
                self._calls(flasks, self._app, for_flask),
            )
            await _make_from_loop(list(_not_yet(calls, called)))

        return relay

    def _response_of_flask(self, values: dict[str, Any]) -> dict[str, Any]:
        response = values.get("response")
        return {} if response is None else {"response": as_flask(response, self._companion)}

    def _calls(self, signal: Signal, sender: Any, values: dict[str, Any]) -> Iterator["_Call"]:
        if signal.is_muted:
            return
        for receiver in self._receivers(signal, sender):
            yield _Call(receiver, sender, values)

    def _receivers(self, signal: Signal, *senders: Any) -> Iterator[Receiver]:
        for sender in senders:
            for receiver in signal.receivers_for(sender):
                if receiver not in self._connected:
                    yield receiver


def _connect_relays(signal: Signal, receiver: Receiver, **_: Any) -> None:
    """Have each app relay *signal*, to which *receiver* was connected just now."""
    if id(receiver) in _relays[signal]:
        return
    for relays in list(_all):
        relays.relay(*_PAIR_OF[signal])


for _signal in _PAIR_OF:
    # https://blinker.readthedocs.io/en/stable/#blinker.Signal.receiver_connected
    _signal.receiver_connected.connect(_connect_relays)


@dataclass(frozen=True, slots=True)
class _Call:
    receiver: Receiver
    sender: Any
    values: dict[str, Any]

    @property
    def is_async(self) -> bool:
        return iscoroutinefunction(self.receiver)

    def make(self) -> Any:
        """Call the receiver, from the lane or from code without an event loop."""
        receiver = as_sync(self.receiver) if self.is_async else self.receiver
        return receiver(self.sender, **self.values)


def _not_yet(calls: Iterable[_Call], called: set[int]) -> Iterator[_Call]:
    for call in calls:
        if id(call.receiver) not in called:
            called.add(id(call.receiver))
            yield call


async def _make_from_loop(calls: list[_Call]) -> None:
    synchronous = [call for call in calls if not call.is_async]
    if synchronous:
        await offload(_make_each, synchronous)
    for call in calls:
        if call.is_async:
            await call.receiver(call.sender, **call.values)


def _make_each(calls: list[_Call]) -> None:
    for call in calls:
        call.make()
