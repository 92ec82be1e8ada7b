"""An app in which a user's name lies in every place where two users could be mixed up.

Async views, synchronous views and Flask code stand side by side: Flask-Login's user, the session,
`g`, flashed messages, rows of Flask-SQLAlchemy, uploaded files, streams.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import flask
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from quart import Quart, flash, g, render_template_string, request, session, stream_with_context
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.users.agreed import LINES, digest
from compat_shims import Options, as_sync, flask_app, hop, offload

# Pauses in which other requests come between; seconds.
PAUSE = 0.002

# A request may have to wait for all those before it; seconds.
_PATIENCE = 60

_PAGE = (
    "{{ current_user.name }}|{{ session.name }}|{{ g.name }}"
    "{% for message in get_flashed_messages() %}|{{ message }}{% endfor %}"
)


class Base(DeclarativeBase):
    """The tables of the app."""


class User(UserMixin, Base):  # type: ignore[misc]  # Flask-Login has no types
    """Who logs in."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Note(Base):
    """What a user has written."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str]


db = SQLAlchemy(model_class=Base)


def make_app(folder: Path, threads: int) -> Quart:
    """Return the app, with its database in `folder` and `threads` threads for its lanes."""
    app = Quart("users")
    app.config.update(
        SECRET_KEY="of the benchmark",  # noqa: S106  nobody else logs in
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'users.sqlite'}?timeout={_PATIENCE}",
        # A lane has one session, and so one connection; never less, or threads would wait.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": threads + 1, "max_overflow": 0},
    )
    options = Options(max_threads=threads, queue_limit=10_000, queue_timeout=_PATIENCE)
    companion = flask_app(app, options)
    db.init_app(companion)
    with companion.app_context():
        Base.metadata.create_all(db.engine)
    _add_login(app)
    _add_pages(app)
    _add_files(app)
    return app


def _add_login(app: Quart) -> None:
    manager = LoginManager(flask_app(app))
    manager.user_loader(lambda number: db.session.get(User, int(number)))

    @app.before_request
    def remember() -> None:
        flask.g.name = getattr(current_user, "name", "")

    @app.post("/login")
    async def login() -> Any:
        name = (await request.form)["name"]

        def enter() -> None:
            user = db.session.scalar(select(User).filter_by(name=name)) or User(name=name)
            db.session.add(user)
            db.session.commit()
            login_user(user)

        await offload(enter)
        session["name"] = name
        return {"name": name}

    @app.post("/logout")
    def logout() -> Any:
        flask.session.clear()
        return {"name": ""}


def _whose() -> dict[str, str]:
    """Say whose request this is, by everything that knows."""
    return {"login": current_user.name, "session": flask.session["name"], "g": flask.g.name}


def _add_pages(app: Quart) -> None:
    @app.get("/async")
    @login_required  # type: ignore[untyped-decorator]  # Flask-Login has no types
    @as_sync
    async def async_() -> Any:
        await asyncio.sleep(PAUSE)
        return {"login": current_user.name, "session": session["name"], "g": g.name}

    @app.get("/sync")
    @login_required  # type: ignore[untyped-decorator]  # as above
    def sync() -> Any:
        time.sleep(PAUSE)
        return _whose()

    @app.get("/both")
    async def both() -> Any:
        def ask() -> dict[str, str]:
            hop(asyncio.sleep, PAUSE)
            return _whose()

        first, second = await asyncio.gather(offload(ask), offload(ask))
        return first if first == second else {"first": first, "second": second}

    @app.post("/flash")
    async def flash_() -> Any:
        await flash((await request.form)["text"])
        return {"name": g.name}

    @app.get("/page")
    async def page() -> Any:
        return await render_template_string(_PAGE)


def _add_files(app: Quart) -> None:
    @app.post("/notes")
    def notes() -> Any:
        db.session.add(Note(owner=current_user.id, text=flask.request.form["text"]))
        db.session.commit()
        # What was written by a request that its user cut short does not begin with the name.
        own = select(Note).filter_by(owner=current_user.id).filter(Note.text.startswith(g.name))
        last = db.session.scalars(own.order_by(Note.id.desc()).limit(1)).one()
        count = db.session.scalar(select(func.count()).select_from(own.subquery()))
        return {"count": count, "last": last.text}

    @app.post("/upload")
    async def upload() -> Any:
        file = (await request.files)["file"]
        return {"name": g.name, "digest": digest(await offload(file.read))}

    @app.post("/upload/sync")
    def upload_sync() -> Any:
        return {"name": flask.g.name, "digest": digest(flask.request.files["file"].read())}

    @app.get("/stream")
    async def stream() -> Any:
        @stream_with_context
        async def lines() -> AsyncIterator[str]:
            for _ in range(LINES):
                await asyncio.sleep(PAUSE)
                yield f"{session['name']}\n"

        return lines()

    @app.get("/stream/sync")
    def stream_sync() -> Any:
        def lines() -> Iterator[str]:
            for _ in range(LINES):
                time.sleep(PAUSE)
                yield f"{flask.session['name']}\n"

        return flask.Response(flask.stream_with_context(lines()), mimetype="text/plain")
