"""The errors of the shims, in one tree.

::

    CompatError                     everything below
    ├── LaneError                   about the thread that a request leases
    │   ├── NotInLaneError          hop() was called where no lane runs
    │   └── PoolExhaustedError      no thread came free; answered as 503
    │       ├── QueueFullError      too many requests wait already
    │       └── QueueTimeoutError   this one has waited too long
    ├── BlockingCallError           the guard found a blocking call on the event loop
    ├── BodyNotReadError            Flask code on the event loop read a body that is not here yet
    ├── NotBridgedError             the app has no companion
    └── UnsupportedVersionError     this Quart or Flask was never tried
"""

from werkzeug.exceptions import ServiceUnavailable


class CompatError(Exception):
    """Base of every error that the shims raise."""


class LaneError(CompatError):
    """Something about the lane of a request."""


class NotInLaneError(LaneError, RuntimeError):
    """`hop` was called by a thread that is not the lane of a request."""


class PoolExhaustedError(LaneError, ServiceUnavailable):
    """No thread of the pool came free for this request; it is answered as 503."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        """Keep *message* for the log; *retry_after* (seconds) goes into the answer."""
        ServiceUnavailable.__init__(self, retry_after=retry_after)
        self.message = message

    def __str__(self) -> str:
        """Give what happened and what to do, instead of the text of the 503 page."""
        return self.message


class QueueFullError(PoolExhaustedError):
    """As many requests as `Options.queue_limit` allows wait for a thread already."""


class QueueTimeoutError(PoolExhaustedError):
    """A request waited for a thread for `Options.queue_timeout` seconds, in vain."""


class BlockingCallError(CompatError):
    """Code on the event loop made a call that blocks: see `compat_shims.guard`."""


class BodyNotReadError(CompatError, RuntimeError):
    """Flask code that runs on the event loop asked for a body that was not received yet."""


class NotBridgedError(CompatError, RuntimeError):
    """The app has no companion: `flask_app(app)` was never called for it."""


class UnsupportedVersionError(CompatError, ImportError):
    """The installed Quart or Flask is outside the versions that the shims were tried with."""
