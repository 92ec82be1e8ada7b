"""Reads that a migrated app sends by an asyncio engine, and what stays in its session."""

import asyncio

import pytest
from serving import messages, migrated

sqlalchemy = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is missing")
pytest.importorskip("flask_sqlalchemy", reason="Flask-SQLAlchemy is missing")
pytest.importorskip("aiosqlite", reason="aiosqlite is missing")

NATIVE = "sqlalchemy=asyncio"

APP = """
    from flask import Flask, render_template_string, request
    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import func, select

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///{folder}/shop.sqlite"
    db = SQLAlchemy(app)


    class Author(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        name = db.Column(db.String(40))
        books = db.relationship("Book", back_populates="author")


    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(40))
        author_id = db.Column(db.ForeignKey("author.id"))
        author = db.relationship("Author", back_populates="books")


    @app.get("/")
    def index():
        books = db.session.scalars(select(Book).order_by(Book.id)).all()
        page = "{% for book in books %}{{ book.title }} by {{ book.author.name }}. {% endfor %}"
        return render_template_string(page, books=books)


    @app.get("/titles")
    def titles():
        rows = db.session.execute(select(Book.title).order_by(Book.id))
        return {"titles": [row.title for row in rows]}


    def count():
        return db.session.scalar(select(func.count()).select_from(Book))


    @app.get("/count")
    def counted():
        return {"count": count()}


    @app.post("/books")
    def add():
        author = db.session.get(Author, 1) or Author(id=1, name="Ada")
        db.session.add(Book(title=request.form["title"], author=author))
        db.session.commit()
        return {"books": len(author.books)}


    @app.get("/legacy")
    def legacy():
        return {"count": Book.query.count(), "last": request.args["last"]}
"""


@pytest.fixture
def project(tmp_path):
    module, report = migrated(tmp_path, APP.replace("{folder}", tmp_path.as_posix()), NATIVE)
    return module, report, (tmp_path / "app.py").read_text()


@pytest.fixture
def sent():
    """The statements that were sent, each with whether an asyncio engine sent it."""
    sent = []

    def note(connection, _cursor, statement, *_):
        sent.append((statement.split()[0], connection.dialect.is_async))

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    yield sent
    sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)


def test_reads_are_awaited_and_writes_are_not(project):
    _, report, text = project
    assert "books = await sqlalchemy_asyncio.of(db.session).scalars(" in text
    assert "rows = await sqlalchemy_asyncio.of(db.session).execute(" in text
    assert "[row.title for row in rows]" in text
    assert text.count("sqlalchemy_asyncio.of") == 3
    assert _reasons(report) == [
        "`add` writes, so all of it belongs to one transaction",
        "a legacy `Query` belongs to its session; AsyncSession has none. A `select()` may go",
    ]


def _reasons(report):
    told = [it for it in messages(report) if it.startswith("native-sqlalchemy")]
    return [it.partition("this read keeps its blocking form: ")[2] for it in told]


def test_a_write_is_what_it_is_without_the_option(project, tmp_path):
    _, _, text = project
    folder = tmp_path / "plain"
    folder.mkdir()
    migrated(folder, APP, imports=False)
    assert _function(text, "add") == _function((folder / "app.py").read_text(), "add")


def _function(text, name):
    start = text.index(f"async def {name}(")
    return text[start : text.index("\n\n\n", start)]


async def _served(app, db):
    def dispose():
        db.engine.dispose()

    app.before_serving(db.create_all)
    app.after_serving(dispose)
    async with app.test_app():
        client = app.test_client()
        await client.get("/count")  # The engine is made, in a thread.
        yield client


def test_reads_are_served_by_the_asyncio_engine(project, sent):
    module, _, _ = project

    async def use():
        answers, counts = [], []
        async for client in _served(module.app, module.db):
            for title in ("one", "two"):
                await client.post("/books", form={"title": title})
            for path in ("/titles", "/count", "/legacy?last=x", "/"):
                sent.clear()
                answers.append(await (await client.get(path)).get_data(as_text=True))
                by_asyncio = sum(it for _, it in sent)
                counts.append((by_asyncio, len(sent) - by_asyncio))
            sent.clear()
            await client.post("/books", form={"title": "three"})
        return answers, counts

    answers, counts = asyncio.run(use())
    assert [answer.strip() for answer in answers] == [
        '{"titles":["one","two"]}',
        '{"count":2}',
        '{"count":2,"last":"x"}',
        "one by Ada. two by Ada.",
    ]
    # The page loads the author in the session; the write is all in one.
    assert counts == [(1, 0), (1, 0), (0, 1), (1, 1)]
    assert {by_asyncio for _, by_asyncio in sent} == {False}
    assert "INSERT" in {word for word, _ in sent}


def test_packages_are_added(tmp_path):
    (tmp_path / "requirements.txt").write_text("flask\nsqlalchemy\n")
    migrated(tmp_path, APP, NATIVE, imports=False)
    added = (tmp_path / "requirements.txt").read_text().split()
    assert {"aiosqlite>=0.20", "greenlet>=3"} <= set(added)


SCOPED = """
    from flask import Flask, request
    from flask_login import login_required
    from sqlalchemy import create_engine, select, text
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
    from sqlalchemy.orm import scoped_session, sessionmaker

    app = Flask(__name__)
    engine = create_engine("sqlite:///{folder}/shop.sqlite")
    session = scoped_session(sessionmaker(engine))


    class Base(DeclarativeBase):
        pass


    class Book(Base):
        __tablename__ = "book"
        title: Mapped[str] = mapped_column(primary_key=True)


    @app.get("/")
    def index():
        if request.args.get("first"):
            return {"first": session.scalars(select(Book.title)).first()}
        return {"titles": [it.title for it in session.scalars(select(Book)).unique().all()]}


    @app.get("/with")
    def opened():
        with Session(engine) as own:
            return {"title": own.scalar(select(Book.title))}


    @app.get("/private")
    @login_required
    def private():
        return {"title": session.scalar(select(Book.title))}


    @app.get("/text")
    def told():
        return {"title": session.scalar(text("SELECT title FROM book"))}


    @app.get("/lock")
    def locked():
        return {"title": session.scalar(select(Book.title).with_for_update())}


    def rows():
        yield session.scalar(select(Book.title))


    app.jinja_env.filters["rows"] = rows
"""


def test_what_stays_is_told_with_its_reason(tmp_path):
    _, report = migrated(tmp_path, SCOPED, NATIVE, imports=False)
    text = (tmp_path / "app.py").read_text()
    assert text.count("sqlalchemy_asyncio.of(session)") == 2
    assert _reasons(report) == [
        "the `with` around it is entered in the thread",
        "a decorator of `private` holds a thread for the request",
        "its statement is not seen to be a `select()`",
        "it locks what it reads, for a write that follows",
        "template filter, test or global (`Jinja environment.filters`): it cannot be awaited there",
    ]


def test_a_test_that_writes_and_calls_what_reads_is_no_request(tmp_path):
    tests = """
        from app import app, count, db, Book


        def test_count():
            with app.app_context():
                db.session.add(Book(title="one"))
                db.session.commit()
                assert count() == 1
    """
    _, report = migrated(tmp_path, APP, NATIVE, imports=False, test_app__py=tests)
    assert not any("`test_count` writes" in reason for reason in _reasons(report))
    assert any("called by tests" in reason for reason in _reasons(report))
