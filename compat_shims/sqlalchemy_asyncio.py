"""Reads of a SQLAlchemy session, sent by asyncio: for ``--native sqlalchemy=asyncio``.

``await of(session).scalars(statement).all()`` does what ``session.scalars(statement).all()`` does.
Where it only reads, and the request holds no thread yet, an asyncio engine of the same database
serves it; each event loop has engines of its own, which are disposed of when it shuts down. What
was read belongs to *session* afterwards, so that it loads more there when it is asked.

Everything else is done by *session* itself, in the lane: a session with changes or in a
transaction, a database in memory, a driver without a counterpart, a statement that may write. In
such a request one transaction sees all of it.

https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html
"""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from compat_shims._sqlalchemy import Stays
from compat_shims._sqlalchemy.engines import make_engine_beside
from compat_shims._sqlalchemy.sessions import Missing, Reader, Target, attach, target_of
from compat_shims._sqlalchemy.statements import Step, must_read
from compat_shims.lane import current_lane, offload

__all__ = ["of"]

_OPEN = frozenset({"execute", "scalars"})
"""Calls that return rows which are still to be fetched."""


class _Calls:
    """The calls of a chain that begins at *owner*, to be awaited as a whole."""

    __slots__ = ("_owner", "_steps")

    def __init__(self, owner: Any, steps: tuple[Step, ...] = ()) -> None:
        self._owner = owner
        self._steps = steps

    def __getattr__(self, name: str) -> Callable[..., "_Calls"]:
        return partial(self._then, name)

    def _then(self, name: str, /, *args: Any, **kwargs: Any) -> "_Calls":
        return _Calls(self._owner, (*self._steps, Step(name, args, kwargs)))

    def __await__(self) -> Generator[Any, None, Any]:
        return _read(self._owner, self._steps).__await__()


def of(session: Any) -> Any:
    """Return the reads of *session*, each chain of calls to be awaited.

    *session* may be a session, a registry of sessions (``db.session``), or the ``SQLAlchemy``
    object of Flask-SQLAlchemy (``await of(db).get_or_404(Book, 1)``). Rows that no call fetches
    (``scalars(statement)`` alone) are fetched all the same: reading them waits for nothing.
    """
    return _Calls(session)


async def _read(owner: Any, steps: Sequence[Step]) -> Any:
    """Read by asyncio; whatever else the database says of it is for the session itself to hear."""
    try:
        return await _read_by_asyncio(owner, steps)
    except (exc.NoResultFound, exc.MultipleResultsFound, exc.TimeoutError):
        raise
    except (Stays, exc.SQLAlchemyError):
        pass
    return await offload(_in_lane, owner, steps)


async def _read_by_asyncio(owner: Any, steps: Sequence[Step]) -> Any:
    if _holds_thread():
        raise Stays("the request holds a thread, and may have begun a transaction there")
    must_read(steps[0])
    target = target_of(_registry(owner, steps[0]))
    value, found = await _read_beside(target, partial(_in_reader, owner=owner, steps=steps))
    if found and (target.of_thread or _holds_thread()):
        await offload(_attach_in_lane, _registry(owner, steps[0]), found)
    elif found:
        attach(target.session, found)
    return value


def _holds_thread() -> bool:
    """Whether waiting in a thread costs nothing more: a request holds its own up to its end."""
    lane = current_lane.get()
    return lane is not None and lane.worker is not None


def _registry(owner: Any, step: Step) -> Any:
    """Return what *owner* finds its session in."""
    if not _is_of_extension(step):
        return owner
    function = getattr(type(owner), step.name, None)
    if getattr(function, "__module__", "") != "flask_sqlalchemy.extension":
        raise Stays(f"`{step.name}` is a function of the app")
    return owner.session


def _is_of_extension(step: Step) -> bool:
    return step.name.endswith("_or_404")


async def _read_beside(target: Target, read: Callable[[Session], Any]) -> Any:
    while True:
        try:
            session = AsyncSession(sync_session_class=Reader, source=target.session)
            return await session.run_sync(read)
        except Missing as missing:
            engine = missing.engine
        await make_engine_beside(engine)


def _in_reader(reader: Session, *, owner: Any, steps: Sequence[Step]) -> tuple[Any, list[Any]]:
    """Return what the calls return, and the objects in it, which belong to no session then."""
    first, *rest = steps
    with reader:
        if _is_of_extension(first):
            function = partial(getattr(type(owner), first.name), SimpleNamespace(session=reader))
            value = _followed(function(*first.args, **first.kwargs), rest)
        else:
            value = _called(reader, steps)
        return value, list(reader.identity_map.values())


def _in_lane(owner: Any, steps: Sequence[Step]) -> Any:
    try:
        return _called(owner, steps)
    except exc.InvalidRequestError:
        # Rows that have to be made unique cannot be fetched before that is asked for.
        return _followed(owner, steps)


def _attach_in_lane(registry: Any, found: list[Any]) -> None:
    attach(registry if isinstance(registry, Session) else registry(), found)


def _called(owner: Any, steps: Sequence[Step]) -> Any:
    """Do the calls; where they leave rows to be fetched, fetch them.

    https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.Result.freeze
    """
    first, *rest = steps
    if steps[-1].name not in _OPEN:
        return _followed(owner, steps)
    if first.name == "scalars":
        rest = [Step("scalars", (), {}), *rest]
    result = owner.execute(*first.args, **first.kwargs)
    return _followed(result.freeze()(), rest)


def _followed(value: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        value = getattr(value, step.name)(*step.args, **step.kwargs)
    return value
