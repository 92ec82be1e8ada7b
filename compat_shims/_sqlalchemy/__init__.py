"""Reads of a SQLAlchemy session through an asyncio engine: what `sqlalchemy_asyncio` is made of.

`statements` tells what only reads, `sessions` whose session it is, `settings` how an engine
connects, `engines` keeps an asyncio engine beside it. Each raises :exc:`Stays` for what goes to a
thread instead.
"""

__all__ = ["Stays"]


class Stays(Exception):  # noqa: N818  no error: the call goes to a thread, as it would without
    """The read goes to a thread; the message says why."""
