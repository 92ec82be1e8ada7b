"""The session of the app that a read is for, and the short one that reads in its place.

What was read belongs to the app's own session afterwards, as if that had read it: an object that
came from another session is attached by ``add``, with all that is loaded of it.
https://docs.sqlalchemy.org/en/20/orm/session_basics.html#adding-new-or-existing-items
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from compat_shims._sqlalchemy import Stays
from compat_shims._sqlalchemy.engines import engine_beside

__all__ = ["Missing", "Reader", "Target", "attach", "target_of"]

_READING = ("execute", "get", "get_one", "scalar", "scalars")
_EVENTS = (
    "after_attach", "after_begin", "after_transaction_create", "after_transaction_end",
    "before_attach", "detached_to_persistent", "do_orm_execute", "loaded_as_persistent",
)  # fmt: skip
"""What a session may do at a read, if the app listens."""
_OURS = "compat_shims.attached"


class Missing(Exception):  # noqa: N818  the caller makes it, and reads again
    """There is no asyncio engine yet beside the engine."""

    def __init__(self, engine: Any) -> None:
        """Say which engine it is."""
        super().__init__(engine)
        self.engine: Engine = engine


class Target(NamedTuple):
    """Whose read it is: ``session`` tells the engines, ``of_thread`` whether it is only like it.

    A session that belongs to a thread is found in the lane only.
    """

    session: Session
    of_thread: bool


class Reader(Session):
    """A session that reads through the asyncio engines beside those of *source*.

    https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-multiple-asyncio-event-loops
    """

    def __init__(self, source: Session, **options: Any) -> None:
        """Ask *source* which engine a statement is for."""
        super().__init__(autoflush=False, **options)
        self._source = source

    def get_bind(self, mapper: Any = None, **options: Any) -> Engine:
        """Return the engine, for use in a greenlet only. Raises `Missing`, and `Stays`."""
        engine = self._source.get_bind(mapper=mapper, **options)
        beside = engine_beside(engine)
        if beside is None:
            raise Missing(engine)
        return beside.sync_engine


def target_of(owner: Any) -> Target:
    """Return the session behind *owner*: a session, a registry, or Flask-SQLAlchemy's object.

    Raises `Stays` if it is none that can be read for.
    """
    if isinstance(owner, Session):
        target = Target(owner, of_thread=False)
    elif not isinstance(owner, scoped_session):
        raise Stays("it is no session")
    elif _is_of_app_context(owner):
        target = Target(owner(), of_thread=False)
    elif isinstance(owner.session_factory, sessionmaker):
        target = Target(owner.session_factory(), of_thread=True)
    else:
        raise Stays("its sessions are made by a function of the app")
    _must_read_as_any(target.session)
    _must_have_changed_nothing(target.session)
    return target


def _is_of_app_context(registry: Any) -> bool:
    """Whether the event loop finds the same session as the lane: Flask-SQLAlchemy's do so."""
    scope = getattr(registry.registry, "scopefunc", None)
    name = f"{getattr(scope, '__module__', '')}.{getattr(scope, '__name__', '')}"
    return name == "flask_sqlalchemy.session._app_ctx_id"


def _must_read_as_any(session: Session) -> None:
    if any(getattr(type(session), it, 0) is not getattr(Session, it, 0) for it in _READING):
        raise Stays("its session reads in a way of its own")
    for name in _EVENTS:
        if getattr(session.dispatch, name):
            raise Stays(f"the app listens to `{name}` of its session")


def _must_have_changed_nothing(session: Session) -> None:
    """Raise `Stays` if the session may see what it wrote, and nobody else does."""
    if session.new or session.dirty or session.deleted:
        raise Stays("the session has changes that are not written yet")
    transaction = session.get_transaction()
    if transaction is not None and transaction is not session.info.get(_OURS):
        raise Stays("the session is in a transaction")


def attach(session: Session, objects: Iterable[Any]) -> None:
    """Make *objects*, which another session has read, those of *session*.

    Raises `Stays` if it has one of them already, or has changed something meanwhile.
    """
    found = list(objects)
    _must_have_changed_nothing(session)
    if any(inspect(it).key in session.identity_map for it in found):
        raise Stays("the session has one of the objects already")
    session.add_all(found)
    # The session calls this a transaction, though it has asked for no connection.
    session.info[_OURS] = session.get_transaction()
