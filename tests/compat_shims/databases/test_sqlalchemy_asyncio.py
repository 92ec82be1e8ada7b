"""Reads of a session that an asyncio engine serves, and the many that go to the thread instead."""

from dataclasses import dataclass, field

import pytest
from quart import Quart
from werkzeug.exceptions import NotFound

from compat_shims import flask_app, offload
from compat_shims.lane import current_lane

sqlalchemy = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is missing")
orm = pytest.importorskip("sqlalchemy.orm", reason="SQLAlchemy is missing")
flask_sqlalchemy = pytest.importorskip("flask_sqlalchemy", reason="Flask-SQLAlchemy is missing")
pytest.importorskip("aiosqlite", reason="aiosqlite is missing")
pytestmark = pytest.mark.asyncio

from compat_shims.sqlalchemy_asyncio import of  # noqa: E402  it needs what may be missing

select, func = sqlalchemy.select, sqlalchemy.func


@dataclass
class Sent:
    """How many statements each sort of engine has sent."""

    by_asyncio: int = 0
    in_thread: int = 0
    text: list = field(default_factory=list)

    def note(self, connection, _cursor, statement, *_):
        self.text.append(statement)
        if connection.dialect.is_async:
            self.by_asyncio += 1
        else:
            self.in_thread += 1


@pytest.fixture
def sent():
    """What is sent once the tables are there."""
    return Sent()


@pytest.fixture
def db():
    return flask_sqlalchemy.SQLAlchemy()


@pytest.fixture
def models(db):
    class Author(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40))
        books = db.relationship("Book", back_populates="author", order_by="Book.id")

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40))
        author_id = db.Column(db.ForeignKey("author.id"))
        author = db.relationship("Author", back_populates="books")

    return Author, Book


@pytest.fixture
def app(db, database, models, sent, todo, done):  # noqa: PLR0917  pytest gives them by name
    app = Quart(__name__)
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=database.url)
    db.init_app(flask_app(app))
    author, book = models

    @app.before_serving
    def create():
        db.create_all()
        db.session.add(author(id=1, name="Ada", books=[book(title="one"), book(title="two")]))
        db.session.commit()
        sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", sent.note)

    @app.after_serving
    def dispose():
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", sent.note)
        db.engine.dispose()

    @app.get("/")
    async def work():
        done.append(await todo.pop()())
        return "done"

    return app


@pytest.fixture
def todo():
    """What the view of the app does at its next requests."""
    return []


@pytest.fixture
def done():
    """What it has returned."""
    return []


@pytest.fixture
def ask(client, todo, done):
    """Run a coroutine function in a request, and return what it returns."""

    async def ask(work):
        todo.append(work)
        answer = await client.get("/")
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        return done.pop()

    return ask


async def warmed(ask, db, sent):
    """Let the engine for asyncio be made: that is done in a thread, at the first read."""
    await ask(lambda: of(db.session).scalar(select(sqlalchemy.literal(1))))
    sent.by_asyncio = sent.in_thread = 0
    sent.text.clear()


def holds_thread():
    return current_lane.get().worker is not None


async def test_reads_hold_no_thread(ask, db, models, sent):
    author, book = models
    await warmed(ask, db, sent)

    async def read():
        session = of(db.session)
        found = [
            [it.title for it in await session.scalars(select(book).order_by(book.id)).all()],
            await session.scalar(select(func.count()).select_from(book)),
            [tuple(row) for row in await session.execute(select(book.id, book.title)).all()],
            (await session.get(author, 1)).name,
            await session.get(author, 2),
            (await of(db).get_or_404(book, 2)).title,
            await of(db).first_or_404(select(book.title).order_by(book.title.desc())),
        ]
        return found, holds_thread()

    found, held = await ask(read)
    rows = [(1, "one"), (2, "two")]
    assert found == [["one", "two"], 2, rows, "Ada", None, "two", "two"]
    assert (sent.by_asyncio, sent.in_thread) == (7, 0)
    assert not held


async def test_what_was_read_belongs_to_the_session_and_loads_more_there(ask, db, models, sent):
    author, book = models
    await warmed(ask, db, sent)

    async def read():
        found = await of(db.session).scalars(select(author)).one()
        assert found in db.session
        titles = await offload(lambda: [it.title for it in found.books])
        same = await offload(lambda: db.session.get(book, 1).author is found)
        return titles, same

    assert await ask(read) == (["one", "two"], True)
    assert (sent.by_asyncio, sent.in_thread) == (1, 1)


async def test_what_is_loaded_with_an_object_stays_loaded(ask, db, models, sent):
    author, _ = models
    await warmed(ask, db, sent)

    async def read():
        eager = select(author).options(orm.selectinload(author.books))
        found = await of(db.session).scalars(eager).all()
        return [it.title for it in found[0].books]

    assert await ask(read) == ["one", "two"]
    assert (sent.by_asyncio, sent.in_thread) == (2, 0)


async def test_rows_that_are_read_later_are_all_there(ask, db, models, sent):
    author, book = models
    await warmed(ask, db, sent)

    async def read():
        rows = await of(db.session).execute(select(book.title).order_by(book.id))
        books = await of(db.session).scalars(select(book).order_by(book.id))
        joined = select(author).options(orm.joinedload(author.books))
        authors = await of(db.session).execute(joined).unique().scalars().all()
        return [it.title for it in rows], [it.title for it in books], len(authors)

    assert await ask(read) == (["one", "two"], ["one", "two"], 1)
    # An object of the third is at hand already, so the session itself reads it again.
    assert (sent.by_asyncio, sent.in_thread) == (3, 1)


async def test_an_object_that_the_session_has_stays_the_same(ask, db, models, sent):
    _, book = models
    await warmed(ask, db, sent)

    async def read():
        first = await of(db.session).get(book, 1)
        again = await of(db.session).scalars(select(book).where(book.id == 1)).one()
        return first is again

    assert await ask(read)
    assert (sent.by_asyncio, sent.in_thread) == (2, 1)


async def test_a_session_with_changes_sees_them(ask, db, models, sent):
    _, book = models
    await warmed(ask, db, sent)

    async def read():
        db.session.add(book(title="three"))
        return await of(db.session).scalar(select(func.count()).select_from(book))

    assert await ask(read) == 3
    assert sent.by_asyncio == 0


async def test_a_request_that_holds_its_thread_reads_there(ask, db, models, sent):
    _, book = models
    await warmed(ask, db, sent)

    async def read():
        await offload(lambda: db.session.execute(sqlalchemy.update(book).values(title="new")))
        return await of(db.session).scalars(select(book.title)).all()

    assert await ask(read) == ["new", "new"]
    assert sent.by_asyncio == 0


@pytest.mark.parametrize(
    "statement",
    [
        lambda book: sqlalchemy.text("SELECT title FROM book WHERE id = 1"),
        lambda book: select(sqlalchemy.text("title")).select_from(book).where(book.id == 1),
        lambda book: select(sqlalchemy.literal_column("min(title)")).select_from(book),
        lambda book: select(book.title).where(book.id == 1).with_for_update(),
        lambda book: select(func.quote_ident(book.title)).where(book.id == 1),
        lambda book: sqlalchemy.update(book).values(title="one").returning(book.title),
    ],
    ids=["text", "text in it", "literal", "lock", "function", "update"],
)
async def test_statements_that_may_do_more_than_read_stay(ask, db, models, sent, statement):
    _, book = models
    await warmed(ask, db, sent)

    async def read():
        try:
            return await of(db.session).execute(statement(book)).scalars().first()
        except sqlalchemy.exc.OperationalError:
            return "one"  # SQLite has no such function.

    assert await ask(read) == "one"
    assert (sent.by_asyncio, sent.in_thread) == (0, 1)


async def test_errors_are_those_of_the_session(ask, db, models):
    _, book = models

    async def read():
        with pytest.raises(sqlalchemy.exc.NoResultFound):
            await of(db.session).scalars(select(book).where(book.id == 9)).one()
        with pytest.raises(sqlalchemy.exc.MultipleResultsFound):
            await of(db.session).scalars(select(book)).one()
        with pytest.raises(NotFound):
            await of(db).get_or_404(book, 9)
        with pytest.raises(sqlalchemy.exc.DBAPIError) as error:
            await of(db.session).scalar(select(sqlalchemy.column("nowhere")).select_from(book))
        assert isinstance(error.value.orig, db.engine.dialect.dbapi.Error)

    await ask(read)


async def test_reads_by_the_session_of_a_thread(ask, db, models, sent):
    """A plain `scoped_session` is found in the lane: what was read is given to it there."""
    author, book = models
    await warmed(ask, db, sent)

    async def read():
        plain = orm.scoped_session(orm.sessionmaker(db.engine))
        count = await of(plain).scalar(select(func.count()).select_from(book))
        held = [holds_thread()]
        found = await of(plain).scalars(select(author)).one()
        held.append(holds_thread())
        assert await offload(lambda: found in plain())
        titles = await offload(lambda: [it.title for it in found.books])
        await offload(plain.remove)
        return count, held, titles

    assert await ask(read) == (2, [False, True], ["one", "two"])
    assert (sent.by_asyncio, sent.in_thread) == (2, 1)


async def test_a_session_of_its_own(ask, db, models, sent):
    author, _ = models
    await warmed(ask, db, sent)

    async def read():
        session = orm.Session(db.engine)
        found = await of(session).get(author, 1)
        assert found in session
        await offload(session.close)
        return found.name

    assert await ask(read) == "Ada"
    assert (sent.by_asyncio, sent.in_thread) == (1, 0)


class Changed(orm.Session):
    def execute(self, *args, **kwargs):
        return super().execute(*args, **kwargs)


@pytest.mark.parametrize(
    "session",
    [
        Changed,
        lambda engine: orm.scoped_session(lambda: orm.Session(engine)),
        lambda engine: listened(orm.Session(engine), "do_orm_execute"),
        lambda engine: orm.Session(engine.connect()),
        lambda engine: orm.Session(beside(engine, poolclass=sqlalchemy.NullPool)),
        lambda engine: orm.Session(listened(beside(engine), "before_cursor_execute")),
        lambda engine: orm.Session(beside(engine, creator=lambda: connected(engine))),
    ],
    ids=["class", "function", "listener", "connection", "NullPool", "heard engine", "creator"],
)
async def test_sessions_that_may_do_more_than_read_stay(ask, db, models, sent, session):
    _, book = models
    await warmed(ask, db, sent)
    made = await ask(lambda: offload(lambda: session(db.engine)))

    async def read():
        found = await of(made).scalar(select(func.count()).select_from(book))
        await offload(closed, made)
        return found

    assert await ask(read) == 2
    assert sent.by_asyncio == 0


def beside(engine, **options):
    return sqlalchemy.create_engine(engine.url, **options)


def connected(engine):
    args, named = engine.dialect.create_connect_args(engine.url)
    return engine.dialect.connect(*args, **named)


def listened(target, name):
    sqlalchemy.event.listen(target, name, lambda *_: None)
    return target


def closed(session):
    bind = session.get_bind()
    session.close()
    if isinstance(bind, sqlalchemy.Connection):
        bind.close()
    else:
        bind.dispose()
